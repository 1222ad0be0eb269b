using ActorBroker.Cli.Client;

namespace ActorBroker.Cli.Bench;

/// <summary>The connections of one run to the leaders of a topic's partitions.</summary>
internal sealed class BenchLinks : IAsyncDisposable
{
    private readonly List<KafkaConnection> _all = [];
    private readonly Dictionary<int, List<KafkaConnection>> _byLeader = [];

    /// <summary>Every connection, with the partitions that its broker leads.</summary>
    public IEnumerable<(KafkaConnection Connection, int Number, IReadOnlyList<int> Partitions)> Of(TopicInfo topic) =>
        from leader in topic.Partitions.GroupBy(partition => partition.Leader, partition => partition.Index)
        let partitions = leader.ToArray()
        from numbered in _byLeader[leader.Key].Index()
        select (numbered.Item, numbered.Index, (IReadOnlyList<int>)partitions);

    /// <param name="perLeader">How many to each broker that leads a partition.</param>
    public static async Task<BenchLinks> OpenAsync(Cluster cluster, TopicInfo topic, int perLeader, CancellationToken cancellationToken)
    {
        var links = new BenchLinks();
        try
        {
            foreach (var leader in topic.Partitions.Select(partition => partition.Leader).Distinct())
            {
                if (leader < 0) throw new CliException($"topic '{topic.Name}': a partition has no leader: see `topics describe {topic.Name}`");
                links._byLeader[leader] = [];
                for (var i = 0; i < perLeader; i++)
                {
                    var connection = await cluster.OpenToNodeAsync(leader, cancellationToken);
                    links._all.Add(connection);
                    links._byLeader[leader].Add(connection);
                }
            }

            return links;
        }
        catch
        {
            await links.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _all) await connection.DisposeAsync();
    }
}
