using System.Net.Sockets;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Benchmarks.Cluster;

/// <summary>Where a topic's partitions are, asked of one node; producers that want to know at the same time share one question.</summary>
internal sealed class LeaderCache(int port, string topic, CancellationToken end)
{
    private readonly Lock _lock = new();
    private readonly byte[] _question = KafkaClient.Frame(NodeTrio.AboutTopic(topic));
    private KafkaClient? _client;
    private Task<MetadataResponse>? _asking;
    private Task<MetadataResponse>? _next;

    /// <summary>An answer to a question that is asked from now on.</summary>
    /// <returns>The leader's id and port; nothing while there is none.</returns>
    public async Task<(int Id, int Port)?> FindAsync(int partition)
    {
        var image = await RefreshAsync();
        var leader = image.Topics[0].Partitions.Find(each => each.PartitionIndex == partition)?.LeaderId ?? -1;
        return image.Brokers.Find(node => node.NodeId == leader) is { } broker ? (leader, broker.Port) : null;
    }

    private Task<MetadataResponse> RefreshAsync()
    {
        lock (_lock)
        {
            if (_asking is null or { IsCompleted: true })
            {
                return _asking = _next is { IsCompleted: false } ? _next : AskAsync();
            }

            // The one under way may have been answered before the reason to ask arose.
            return _next is null or { IsCompleted: true } ? _next = AskAfterAsync(_asking) : _next;
        }
    }

    private async Task<MetadataResponse> AskAfterAsync(Task earlier)
    {
        await earlier;
        return await AskAsync();
    }

    private async Task<MetadataResponse> AskAsync()
    {
        while (true)
        {
            try
            {
                _client ??= await KafkaClient.ConnectAsync(port, end);
                return KafkaClient.Decode<MetadataResponse>(Kafka.ApiKey.Metadata, await _client.ExchangeAsync(_question, end));
            }
            catch (Exception cause) when (cause is IOException or SocketException)
            {
                _client?.Dispose();
                _client = null;
                await Pause.ForAsync(TimeSpan.FromMilliseconds(5), end);
            }
        }
    }
}
