using ActorBroker.Cli.Client;
using ActorBroker.Kafka;

namespace ActorBroker.Cli.Bench;

/// <summary>The topic of a benchmark: one that is there, or a temporary one that goes with this object.</summary>
internal sealed class BenchTopic : IAsyncDisposable
{
    private readonly Cluster _cluster;
    private readonly TextWriter _warnings;
    private readonly bool _mustDelete;

    private BenchTopic(Cluster cluster, string name, bool isTemporary, bool mustDelete, TextWriter warnings) =>
        (_cluster, Name, IsTemporary, _mustDelete, _warnings) = (cluster, name, isTemporary, mustDelete, warnings);

    public string Name { get; }

    public bool IsTemporary { get; }

    public static async Task<BenchTopic> OpenAsync(Cluster cluster, string name, TextWriter warnings, CancellationToken cancellationToken)
    {
        await cluster.TopicAsync(name, cancellationToken);
        return new BenchTopic(cluster, name, isTemporary: false, mustDelete: false, warnings);
    }

    /// <summary>Creates a topic and waits until its leaders serve it.</summary>
    /// <param name="mustKeep">It stays when this object goes.</param>
    /// <param name="warnings">Told when the topic could not be deleted.</param>
    public static async Task<BenchTopic> CreateAsync(Cluster cluster, int partitions, bool mustKeep, TextWriter warnings, CancellationToken cancellationToken)
    {
        var topic = new BenchTopic(cluster, $"bench-{Guid.NewGuid():N}"[..18], isTemporary: true, !mustKeep, warnings);
        try
        {
            await new Admin(cluster).CreateTopicAsync(topic.Name, partitions, replicationFactor: -1, new Dictionary<string, string>(), cancellationToken);
        }
        catch (Exception failure) when (failure is not (KafkaErrorException or NoBrokerException))
        {
            await topic.DisposeAsync();   // the broker may have created it
            throw;
        }

        try
        {
            await new OffsetLookup(cluster, topic.Name).FindAsync([.. Enumerable.Range(0, partitions)], OffsetLookup.Start, isCommittedOnly: false, cancellationToken);
            return topic;
        }
        catch
        {
            await topic.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_mustDelete) return;
        try
        {
            await new Admin(_cluster).DeleteTopicAsync(Name, CancellationToken.None);
        }
        catch (KafkaErrorException failure) when (failure.Error == ErrorCode.UnknownTopicOrPartition)
        {
            // It was never created.
        }
        catch (CliException failure)
        {
            await _warnings.WriteLineAsync($"warning: {failure.Message}: delete it with `topics delete {Name}`");
        }
    }
}
