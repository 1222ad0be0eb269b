using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Controller;

/// <summary>Which partitions this node leads and the image does not know of yet. Told to the metadata leader, many at a time, again and again
/// until the image says so.</summary>
/// <remarks>Owner: the controller.</remarks>
internal sealed class LeaderReports(NodeId node)
{
    private readonly Dictionary<(Guid Topic, int Partition), LeaderEpoch> _open = [];
    private readonly HashSet<(Guid Topic, int Partition)> _unsent = [];

    /// <returns>Whether it is the first since the last report.</returns>
    public bool Add(LeaderElected elected, ClusterImage image)
    {
        (Guid Topic, int Partition) key = (elected.TopicId, elected.Partition.Partition);
        if (image.Topic(key.Topic)?.Partition(key.Partition) is { } partition && IsKnown(partition, elected.Epoch))
        {
            return false;    // it goes on in the term that everybody knows
        }

        _open[key] = elected.Epoch;
        _unsent.Add(key);
        return _unsent.Count == 1;
    }

    /// <summary>What was not sent yet; null when there is nothing.</summary>
    public LeadersElected? TakeNew()
    {
        var report = Report(_unsent);
        _unsent.Clear();
        return report;
    }

    /// <summary>All that the image does not know.</summary>
    public LeadersElected? TakeAll()
    {
        _unsent.Clear();
        return Report(_open.Keys);
    }

    public void Applied(ClusterImage image)
    {
        if (_open.Count == 0)
        {
            return;
        }

        List<(Guid Topic, int Partition)> known = [];
        foreach (var (key, epoch) in _open)
        {
            var partition = image.Topic(key.Topic)?.Partition(key.Partition);
            if (partition is null || !partition.Replicas.Contains(node) || IsKnown(partition, epoch))
            {
                known.Add(key);
            }
        }

        foreach (var key in known)
        {
            _open.Remove(key);
            _unsent.Remove(key);
        }
    }

    private bool IsKnown(PartitionImage partition, LeaderEpoch epoch) => partition.Leader == node && partition.Epoch >= epoch;

    private LeadersElected? Report(IEnumerable<(Guid Topic, int Partition)> keys)
    {
        var topics = keys.GroupBy(key => key.Topic).Select(group =>
        {
            var partitions = group.Select(key => key.Partition).ToArray();
            return new LedTopic(group.Key, partitions, [.. partitions.Select(partition => _open[(group.Key, partition)].Value)]);
        }).ToArray();
        return topics.Length == 0 ? null : new LeadersElected(node.Value, topics);
    }
}
