using ActorBroker.Cli.Client;
using ActorBroker.Kafka;

namespace ActorBroker.Cli.Bench;

/// <summary>The topic of a run: one that is there, or a temporary one that goes with this object.</summary>
internal sealed class BenchTopic : IAsyncDisposable
{
    private static readonly TimeSpan GoneWithin = TimeSpan.FromSeconds(10);
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

    /// <summary>Creates a topic and waits until its leaders serve it. Where the broker serves no CreateTopics it is asked for until it
    /// appears, which brokers do that create topics by themselves.</summary>
    /// <param name="partitions">Where the broker creates by itself, it decides.</param>
    /// <param name="mustKeep">It stays when this object goes.</param>
    /// <param name="warnings">Told what the broker cannot do, and when the topic could not be deleted.</param>
    public static async Task<BenchTopic> CreateAsync(Cluster cluster, int partitions, bool mustKeep, TextWriter warnings, CancellationToken cancellationToken)
    {
        var versions = (await cluster.ToControllerAsync(cancellationToken)).Versions;
        var mayDelete = versions.Serves(ApiKey.DeleteTopics);
        var topic = new BenchTopic(cluster, $"bench-{Guid.NewGuid():N}"[..18], isTemporary: true, !mustKeep && mayDelete, warnings);
        if (!mayDelete) await warnings.WriteLineAsync($"warning: this broker serves no DeleteTopics: topic '{topic.Name}' stays");
        try
        {
            if (versions.Choose(ApiKey.CreateTopics) is { } version) await topic.CreateAsync(partitions, version, cancellationToken);
            else await topic.AskForItAsync(partitions, cancellationToken);
            var info = await cluster.TopicAsync(topic.Name, cancellationToken);
            await new OffsetLookup(cluster, topic.Name).FindAsync(
                [.. info.Partitions.Select(partition => partition.Index)], OffsetLookup.Start, isCommittedOnly: false, cancellationToken);
            return topic;
        }
        catch (Exception failure) when (failure is not NoBrokerException)
        {
            await topic.DisposeAsync();   // the broker may have created it
            throw;
        }
    }

    /// <summary>Deletes a temporary topic, and waits until the broker does not know it any more: the next run finds a broker at rest.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_mustDelete) return;
        try
        {
            await new Admin(_cluster).DeleteTopicAsync(Name, CancellationToken.None);
            var backoff = new Backoff(_cluster.Options.Clock, GoneWithin);
            while (!await IsGoneAsync() && await backoff.WaitAsync(CancellationToken.None)) { }
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

    private async Task CreateAsync(int partitions, short version, CancellationToken cancellationToken)
    {
        const short KnowsDefaults = 4;
        var replicationFactor = (short)(version >= KnowsDefaults ? -1 : 1);
        await new Admin(_cluster).CreateTopicAsync(Name, partitions, replicationFactor, new Dictionary<string, string>(), cancellationToken);
    }

    private async Task AskForItAsync(int partitions, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(_cluster.Options.Clock, _cluster.Options.RequestTimeout);
        while (true)
        {
            var answer = (await _cluster.MetadataAsync([Name], cancellationToken, mayCreate: true)).Topics.Single();
            if (answer.ErrorCode == 0 && answer.Partitions.Count > 0)
            {
                await _warnings.WriteLineAsync(
                    $"warning: this broker serves no CreateTopics: topic '{Name}' was created by asking for it, with {answer.Partitions.Count} partitions instead of {partitions}");
                return;
            }

            if (!await backoff.WaitAsync(cancellationToken)) throw new KafkaErrorException((ErrorCode)answer.ErrorCode, $"topic '{Name}' was not created, neither by CreateTopics, which this broker does not serve, nor by asking for it");
        }
    }

    private async Task<bool> IsGoneAsync()
    {
        const short AsksWithoutCreating = 4;   // before, a broker that creates topics by itself would make it again
        if ((await _cluster.ToAnyAsync(CancellationToken.None)).Versions.Choose(ApiKey.Metadata) < AsksWithoutCreating) return true;
        var answer = (await _cluster.MetadataAsync([Name], CancellationToken.None)).Topics.Single();
        return (ErrorCode)answer.ErrorCode == ErrorCode.UnknownTopicOrPartition;
    }
}
