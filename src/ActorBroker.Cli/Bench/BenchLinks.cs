using ActorBroker.Cli.Client;

namespace ActorBroker.Cli.Bench;

/// <summary>One connection of a run, with the partitions that its broker leads.</summary>
/// <param name="Number">Among those to the same broker, from 0.</param>
internal sealed record BenchLink(RawConnection Connection, int Number, IReadOnlyList<int> Partitions);

/// <summary>The connections of one run to the leaders of a topic's partitions.</summary>
internal sealed class BenchLinks : IDisposable
{
    private readonly List<BenchLink> _all = [];

    public IReadOnlyList<BenchLink> All => _all;

    /// <param name="perLeader">How many to each broker that leads a partition.</param>
    public static async Task<BenchLinks> OpenAsync(Cluster cluster, TopicInfo topic, int perLeader, CancellationToken cancellationToken)
    {
        var links = new BenchLinks();
        try
        {
            foreach (var led in topic.Partitions.GroupBy(partition => partition.Leader, partition => partition.Index))
            {
                if (led.Key < 0) throw new CliException($"topic '{topic.Name}': a partition has no leader: see `topics describe {topic.Name}`");
                var known = await cluster.ToNodeAsync(led.Key, cancellationToken);
                int[] partitions = [.. led];
                for (var i = 0; i < perLeader; i++)
                {
                    links._all.Add(new BenchLink(RawConnection.Open(known.Broker, known.Versions, cluster.Options, cancellationToken), i, partitions));
                }
            }

            return links;
        }
        catch
        {
            links.Dispose();
            throw;
        }
    }

    public void Dispose() => _all.ForEach(link => link.Connection.Dispose());
}
