using System.Diagnostics;
using System.Net.Sockets;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;

namespace ActorBroker.Benchmarks.Cluster;

/// <summary>A producer to one partition: a record every five milliseconds, each when the one before is acknowledged. When the partition
/// is led elsewhere it asks where, at once.</summary>
internal sealed class LeaveProbe(string topic, int partition, LeaderCache leaders)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(5);
    private readonly byte[] _request = Request(topic, partition);
    private readonly List<Gap> _gaps = [];

    /// <summary>What happened between two acknowledgements.</summary>
    /// <param name="Refused">When the old leader first refused, or was gone; 0: nobody did.</param>
    /// <param name="Found">When the metadata first named another one; 0: never.</param>
    internal readonly record struct Gap(long Began, long Refused, long Found, long Ended)
    {
        public TimeSpan Length => Stopwatch.GetElapsedTime(Began, Ended);
    }

    public int Partition => partition;

    /// <summary>Longest wait for an acknowledgement that ended in a time.</summary>
    public Gap Longest(long from, long to) => _gaps.Where(gap => gap.Ended > from && gap.Ended <= to).MaxBy(gap => gap.Length);

    /// <summary>Longest wait during which the partition's leader became another one.</summary>
    public Gap LongestMove(long from) => _gaps.Where(gap => gap.Ended > from && gap.Refused != 0).MaxBy(gap => gap.Length);

    public async Task RunAsync(CancellationToken end)
    {
        using var pace = new PeriodicTimer(Pace);
        KafkaClient? client = null;
        (int Id, int Port)? leader = null;
        var (began, refused, found) = (Stopwatch.GetTimestamp(), 0L, 0L);
        try
        {
            while (true)
            {
                if (leader is null)
                {
                    leader = await leaders.FindAsync(partition);
                }

                if (leader is { } known && await TryAsync(known.Port, client, end) is var (used, isStored))
                {
                    client = used;
                    if (isStored)
                    {
                        var now = Stopwatch.GetTimestamp();
                        _gaps.Add(new Gap(began, refused, found, now));
                        (began, refused, found) = (now, 0, 0);
                        await pace.WaitForNextTickAsync(end);
                        continue;
                    }
                }

                refused = refused == 0 ? Stopwatch.GetTimestamp() : refused;
                var before = leader;
                leader = await leaders.FindAsync(partition);
                if (leader is not null && leader != before)
                {
                    found = found == 0 ? Stopwatch.GetTimestamp() : found;
                    client?.Dispose();
                    client = null;
                }
                else
                {
                    await pace.WaitForNextTickAsync(end);
                }
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Who was still waiting has waited so long at least.
            _gaps.Add(new Gap(began, refused, found, Stopwatch.GetTimestamp()));
        }
        finally
        {
            client?.Dispose();
        }
    }

    private async Task<(KafkaClient? Client, bool IsStored)> TryAsync(int port, KafkaClient? client, CancellationToken end)
    {
        try
        {
            client ??= await KafkaClient.ConnectAsync(port, end);
            var answer = KafkaClient.Decode<ProduceResponse>(ApiKey.Produce, await client.ExchangeAsync(_request, end));
            return (client, answer.Responses[0].PartitionResponses[0].ErrorCode == 0);
        }
        catch (Exception cause) when (cause is IOException or SocketException)
        {
            client?.Dispose();
            return (null, false);
        }
    }

    private static byte[] Request(string topic, int partition)
    {
        var batch = new BatchWriter();
        batch.Add(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), NullableBytes.Null, new byte[100]);
        return KafkaClient.Frame(new ProduceRequest
        {
            Acks = 1,
            TimeoutMs = 30_000,
            TopicData = [new() { Name = topic, PartitionData = [new() { Index = partition, Records = batch.ToArray() }] }],
        });
    }
}
