using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Tests.Support;

namespace ActorBroker.MultiNode.Support;

/// <summary>The records of one partition: 0, 1, 2, … Each is sent until it is acknowledged, as a Kafka client does that is not idempotent:
/// when a connection ends or the node does not lead the partition, the lane asks any node for the leader and sends again.</summary>
internal sealed class LoadLane(Cluster cluster, string topic, int partition)
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(5);

    private readonly List<long> _offsets = [];
    private readonly Dictionary<int, int> _attempts = [];
    private readonly SortedDictionary<string, int> _failures = new(StringComparer.Ordinal);
    private KafkaClient? _client;
    private int _asked;
    private int _acknowledged;
    private long _lastAt;
    private long _longestGapTicks;

    public int Partition => partition;

    /// <summary>Any thread.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Between two acknowledged records, the second of them after <see cref="ForgetGaps"/>.</summary>
    public TimeSpan LongestGap => TimeSpan.FromTicks(Volatile.Read(ref _longestGapTicks));

    public void ForgetGaps() => Volatile.Write(ref _longestGapTicks, 0);

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Pace);
        while (!stop.IsCancellationRequested)
        {
            await TryAsync();
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        await DisconnectAsync();
    }

    /// <summary>Looks at what is in the partition. Record n of those acknowledged has its place; what else is there was sent more than once
    /// or is the last one.</summary>
    public void Verify(IReadOnlyList<string> values)
    {
        for (var number = 0; number < _offsets.Count; number++)
        {
            Assert.True(_offsets[number] < values.Count, $"{this}: record {number} was acknowledged at {_offsets[number]}, and the partition ends at {values.Count}");
            Assert.True(values[(int)_offsets[number]] == Value(number), $"{this}: record {number} was acknowledged at {_offsets[number]}, where there is {values[(int)_offsets[number]]}");
            Assert.True(number == 0 || _offsets[number] > _offsets[number - 1], $"{this}: record {number} stands before the one that was acknowledged earlier");
        }

        foreach (var copies in values.GroupBy(value => value))
        {
            var number = int.Parse(copies.Key.Split('-')[1], CultureInfo.InvariantCulture);
            Assert.True(copies.Count() <= _attempts.GetValueOrDefault(number), $"{this}: {copies.Key} is there {copies.Count()} times, and was sent {_attempts.GetValueOrDefault(number)} times");
        }
    }

    public override string ToString() =>
        $"{topic}-{partition}: {Acknowledged} acknowledged, longest gap {LongestGap.TotalMilliseconds:F0} ms, sent again because of [{string.Join(", ", _failures.Select(pair => $"{pair.Key}: {pair.Value}"))}]";

    private string Value(int number) => FormattableString.Invariant($"{partition}-{number}");

    private async Task TryAsync()
    {
        try
        {
            _client ??= await ConnectToLeaderAsync();
            if (_client is not null)
            {
                _attempts[_acknowledged] = _attempts.GetValueOrDefault(_acknowledged) + 1;
                var answer = await _client.ProduceBatchAsync(topic, partition, KafkaRequests.Batch(Value(_acknowledged))).WaitAsync(AnswerWithin);
                await OnAnswerAsync(answer);
            }
        }
        catch (Exception failed) when (failed is IOException or SocketException or TimeoutException or OperationCanceledException)
        {
            Count(failed.GetType().Name);
            await DisconnectAsync();
        }
    }

    private async Task OnAnswerAsync(ProduceResponse.PartitionProduceResponse answer)
    {
        if ((ErrorCode)answer.ErrorCode != ErrorCode.None)
        {
            Count(((ErrorCode)answer.ErrorCode).ToString());
            await DisconnectAsync();
            return;
        }

        var now = Stopwatch.GetTimestamp();
        if (_offsets.Count > 0 && Stopwatch.GetElapsedTime(_lastAt, now) is var gap && gap > LongestGap)
        {
            Volatile.Write(ref _longestGapTicks, gap.Ticks);
        }

        _lastAt = now;
        _offsets.Add(answer.BaseOffset);
        Volatile.Write(ref _acknowledged, _offsets.Count);
    }

    /// <summary>Null: there is none now.</summary>
    private async Task<KafkaClient?> ConnectToLeaderAsync()
    {
        var node = cluster.Nodes[_asked++ % cluster.Nodes.Count];
        await using var client = await node.ConnectAsync();
        var metadata = await client.AskAsync<MetadataResponse>(new MetadataRequest { Topics = [new() { Name = topic }] }, 9).WaitAsync(AnswerWithin);
        var leader = metadata.Topics[0].Partitions.FirstOrDefault(one => one.PartitionIndex == partition)?.LeaderId ?? -1;
        if (metadata.Brokers.FirstOrDefault(broker => broker.NodeId == leader) is not { } broker)
        {
            Count(nameof(ErrorCode.LeaderNotAvailable));
            return null;
        }

        return await KafkaClient.ConnectAsync(broker.Host, broker.Port);
    }

    private async Task DisconnectAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
            _client = null;
        }
    }

    private void Count(string failure) => _failures[failure] = _failures.GetValueOrDefault(failure) + 1;
}
