using ActorBroker.Controller;
using ActorBroker.Log;
using ActorBroker.Log.Files;
using ActorBroker.Messages;
using Akka.Event;

namespace ActorBroker.Partitions;

/// <summary>Clears the data folder of partitions that are not this node's any more.</summary>
internal static class FolderSweep
{
    /// <summary>Deletes data of partitions that an up-to-date image has on other nodes. Data of topics that it does not know is left alone and named:
    /// a topic deleted meanwhile, or a folder from elsewhere.</summary>
    public static void Run(ILogFiles files, string partitionsFolder, ClusterImage image, NodeId node, ILoggingAdapter log)
    {
        foreach (var text in files.ListFolders(partitionsFolder))
        {
            var folder = Path.Combine(partitionsFolder, text);
            if (!TryParse(text, out var name) || name.Topic == Controller.Replication.MetadataStore.Partition.Topic)
            {
                continue;
            }

            try
            {
                Look(files, folder, name, image, node, log);
            }
            catch (LogIOException cause)
            {
                log.Warning("{0}: the folder cannot be read or deleted: {1}", name, cause.Message);
            }
        }
    }

    private static void Look(ILogFiles files, string folder, TopicPartition name, ClusterImage image, NodeId node, ILoggingAdapter log)
    {
        var topic = image.Topic(name.Topic);
        var partition = topic?.Partition(name.Partition);
        if (partition is not null && (partition.Replicas.Contains(node) || partition.Move?.To == node))
        {
            return;
        }

        var isOfTopic = topic is not null && FolderIdentity.Read(files, folder) == topic.Id;
        if (isOfTopic && partition is not null)
        {
            log.Info("{0}: it is on node {1} now, the data of this node is deleted", name, string.Join(", ", partition.Replicas));
            PartitionLog.Delete(files, folder);
        }
        else
        {
            log.Warning("{0}: no topic has this data, it is left in {1}; delete it by hand when it is not needed", name, folder);
        }
    }

    private static bool TryParse(string text, out TopicPartition name)
    {
        var dash = text.LastIndexOf('-');
        name = default;
        if (dash <= 0 || !int.TryParse(text.AsSpan(dash + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        name = new TopicPartition(text[..dash], number);
        return true;
    }
}
