using System.Text;
using ActorBroker.Controller;

namespace ActorBroker.Tests.Controller;

/// <summary>Everything that a metadata state says, in one order, for comparing.</summary>
internal static class MetadataText
{
    /// <summary>With the version that it holds for.</summary>
    public static string Of(MetadataState state) => $"{state.Image.Version}: {WithoutVersion(state)}";

    public static string WithoutVersion(MetadataState state)
    {
        var image = state.Image;
        var text = new StringBuilder();
        text.Append(image.ClusterId).Append(" ids ").Append(state.ProducerIdsEnd).Append(" moves ").Append(state.MoveNumbersEnd).Append('\n');
        foreach (var node in image.Nodes.OrderBy(node => node.Key.Value))
        {
            text.Append(node.Value).Append('\n');
        }

        foreach (var topic in image.Topics.Values.OrderBy(topic => topic.Name, StringComparer.Ordinal))
        {
            text.Append(topic.Id).Append(' ').Append(topic.Name).Append(topic.IsInternal ? " internal" : "");
            foreach (var config in topic.Configs.OrderBy(config => config.Key, StringComparer.Ordinal))
            {
                text.Append(' ').Append(config.Key).Append('=').Append(config.Value);
            }

            foreach (var partition in topic.Partitions)
            {
                text.Append(' ').Append(partition.Number).Append('[').AppendJoin(',', partition.Replicas).Append("] ")
                    .Append(partition.Leader).Append('@').Append(partition.Epoch).Append(' ').Append(partition.Move);
            }

            text.Append(image.TopicsById.GetValueOrDefault(topic.Id) is { } same && ReferenceEquals(same, topic) ? "\n" : " is not found by its id\n");
        }

        return text.Append(image.TopicsById.Count).Append(" ids").ToString();
    }
}
