using ActorBroker.Messages;

namespace ActorBroker.Client.Consuming;

/// <summary>A member as assignors see it.</summary>
/// <param name="InstanceId">"" for a dynamic member.</param>
internal sealed record AssignorMember(string MemberId, string InstanceId, IReadOnlyCollection<string> Topics);

/// <summary>Kafka's range and roundrobin algorithms. Pure: any member computes the same.</summary>
internal static class Assignors
{
    public static string NameOf(GroupAssignor assignor) => assignor switch
    {
        GroupAssignor.Range => "range",
        GroupAssignor.RoundRobin => "roundrobin",
        _ => throw new ArgumentOutOfRangeException(nameof(assignor), assignor, "There is no such assignor."),
    };

    /// <param name="name">Kafka's name of the algorithm.</param>
    /// <param name="partitionCounts">Of each topic that exists.</param>
    /// <returns>Something for each member, perhaps nothing but an empty list. Null: no such algorithm here.</returns>
    public static Dictionary<string, List<TopicPartition>>? Assign(
        string name, IReadOnlyCollection<AssignorMember> members, IReadOnlyDictionary<string, int> partitionCounts)
    {
        // Static members come first, by instance id, so that their order survives new member ids.
        var inOrder = members.OrderBy(member => member.InstanceId.Length == 0)
            .ThenBy(member => member.InstanceId.Length == 0 ? member.MemberId : member.InstanceId, StringComparer.Ordinal).ToArray();
        return name switch
        {
            "range" => Range(inOrder, partitionCounts),
            "roundrobin" => RoundRobin(inOrder, partitionCounts),
            _ => null,
        };
    }

    private static Dictionary<string, List<TopicPartition>> Range(AssignorMember[] members, IReadOnlyDictionary<string, int> partitionCounts)
    {
        var result = Nothing(members);
        foreach (var (topic, count) in InOrder(partitionCounts))
        {
            var readers = members.Where(member => member.Topics.Contains(topic)).ToArray();
            for (var (reader, next) = (0, 0); reader < readers.Length; reader++)
            {
                var share = (count / readers.Length) + (reader < count % readers.Length ? 1 : 0);
                result[readers[reader].MemberId].AddRange(Enumerable.Range(next, share).Select(partition => new TopicPartition(topic, partition)));
                next += share;
            }
        }

        return result;
    }

    private static Dictionary<string, List<TopicPartition>> RoundRobin(AssignorMember[] members, IReadOnlyDictionary<string, int> partitionCounts)
    {
        var result = Nothing(members);
        var next = 0;
        foreach (var (topic, count) in InOrder(partitionCounts))
        {
            if (!Array.Exists(members, member => member.Topics.Contains(topic)))
            {
                continue;
            }

            for (var partition = 0; partition < count; partition++)
            {
                while (!members[next].Topics.Contains(topic))
                {
                    next = (next + 1) % members.Length;
                }

                result[members[next].MemberId].Add(new TopicPartition(topic, partition));
                next = (next + 1) % members.Length;
            }
        }

        return result;
    }

    private static Dictionary<string, List<TopicPartition>> Nothing(AssignorMember[] members) =>
        members.ToDictionary(member => member.MemberId, _ => new List<TopicPartition>(), StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, int>> InOrder(IReadOnlyDictionary<string, int> partitionCounts) =>
        partitionCounts.OrderBy(topic => topic.Key, StringComparer.Ordinal);
}
