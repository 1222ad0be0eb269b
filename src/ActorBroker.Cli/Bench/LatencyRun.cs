using System.Buffers.Binary;
using ActorBroker.Cli.Client;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;

namespace ActorBroker.Cli.Bench;

/// <summary>Sends single records at a rate and takes the time until a fetch that waits at the broker brings each of them back.</summary>
internal sealed class LatencyRun(Cluster cluster, string topic, LatencySettings settings)
{
    /// <summary>A value begins with the run's mark and the timestamp of the clock at which the record was due.</summary>
    public const int RecordBytesMin = MarkBytes + sizeof(long);

    private const int MarkBytes = 16;
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(500);
    private readonly TimeProvider _clock = cluster.Options.Clock;
    private readonly byte[] _mark = Guid.NewGuid().ToByteArray();
    private readonly LatencyHistogram _times = new();
    private readonly TaskCompletionSource _allBack = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _sent = long.MaxValue;   // known at the end
    private long _back;

    /// <param name="start">Called when all is ready.</param>
    public async Task<IReadOnlyList<Figure>> RunAsync(Func<Workload> start, CancellationToken cancellationToken)
    {
        var info = await cluster.TopicAsync(topic, cancellationToken);
        int[] partitions = [.. info.Partitions.Select(partition => partition.Index)];
        var ends = await new OffsetLookup(cluster, topic).FindAsync(partitions, OffsetLookup.End, isCommittedOnly: false, cancellationToken);
        await using var sending = await BenchLinks.OpenAsync(cluster, info, perLeader: 1, cancellationToken);
        await using var receiving = await BenchLinks.OpenAsync(cluster, info, perLeader: 1, cancellationToken);
        var took = TimeSpan.Zero;
        await Crew.RunAsync(
            [
                .. receiving.Of(info).Select(link => (Func<CancellationToken, Task>)(token => ReceiveAsync(link.Connection, RequestFor(link.Partitions, ends), token))),
                async token =>
                {
                    var load = start();
                    await SendAllAsync(sending.Of(info).SelectMany(link => link.Partitions.Select(partition => (link.Connection, partition))).ToArray(), load, token);
                    await WaitForAllAsync(token);
                    took = load.Elapsed;
                },
            ],
            cancellationToken);
        return
        [
            new Figure("RECORDS", "records", _back, 0),
            new Figure("SECONDS", "seconds", took.TotalSeconds, 3),
            new Figure("RECORDS/S", "recordsPerSecond", _back / Math.Max(took.TotalSeconds, 1e-6), 0),
            .. Figure.OfTimes(_times, 50, 99, 99.9),
        ];
    }

    /// <summary>The time of a record begins when it is due, also when it then waits for earlier ones to be answered.</summary>
    private async Task SendAllAsync((KafkaConnection Connection, int Partition)[] targets, Workload load, CancellationToken cancellationToken)
    {
        var answers = new Task[settings.InFlight];
        Array.Fill(answers, Task.CompletedTask);
        long sent = 0;
        while (await load.TakeAsync(1, cancellationToken) > 0)
        {
            var due = _clock.GetTimestamp();
            var slot = sent % answers.Length;
            var (connection, partition) = targets[sent++ % targets.Length];
            await answers[slot];
            answers[slot] = SendAsync(connection, partition, due, cancellationToken);
        }

        await Task.WhenAll(answers);
        Interlocked.Exchange(ref _sent, sent);
        if (Interlocked.Read(ref _back) >= sent) _allBack.TrySetResult();
    }

    private async Task SendAsync(KafkaConnection connection, int partition, long due, CancellationToken cancellationToken)
    {
        using var batch = BatchOf(due);
        var request = new ProduceRequest
        {
            Acks = settings.Acks,
            TimeoutMs = (int)cluster.Options.RequestTimeout.TotalMilliseconds,
            TopicData = [new() { Name = topic, PartitionData = [new() { Index = partition, Records = batch.Bytes }] }],
        };
        if (settings.Acks == 0)
        {
            await connection.TellAsync(request, cancellationToken);
            return;
        }

        using var reply = await connection.ExchangeAsync(request, cancellationToken);
        ProduceRun.ThrowIfRefused((ProduceResponse)reply.Body, topic, partition);
    }

    private BatchLease BatchOf(long due)
    {
        var value = new byte[settings.RecordBytes];
        _mark.CopyTo(value, 0);
        BinaryPrimitives.WriteInt64BigEndian(value.AsSpan(MarkBytes), due);
        var writer = new BatchWriter();
        writer.Add(_clock.GetUtcNow().ToUnixTimeMilliseconds(), NullableBytes.Null, value);
        return writer.ToLease();
    }

    private async Task WaitForAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _allBack.Task.WaitAsync(cluster.Options.RequestTimeout, _clock, cancellationToken);
        }
        catch (TimeoutException cause)
        {
            throw new CliException($"topic '{topic}': {_sent - Interlocked.Read(ref _back)} of {_sent} records did not come back within {cluster.Options.RequestTimeout.TotalSeconds} s", cause);
        }
    }

    private FetchRequest RequestFor(IReadOnlyList<int> partitions, IReadOnlyDictionary<int, long> ends) => new()
    {
        MaxWaitMs = (int)MaxWait.TotalMilliseconds,
        MinBytes = 1,
        MaxBytes = 16 * ByteSizes.MiB,
        Topics =
        [
            new()
            {
                Topic = topic,
                Partitions = [.. partitions.Select(partition => new FetchRequest.FetchPartition { Partition = partition, FetchOffset = ends[partition], PartitionMaxBytes = ByteSizes.MiB })],
            },
        ],
    };

    private async Task ReceiveAsync(KafkaConnection connection, FetchRequest request, CancellationToken cancellationToken)
    {
        while (!_allBack.Task.IsCompleted)
        {
            using var reply = await connection.ExchangeAsync(request, cancellationToken, MaxWait);
            var now = _clock.GetTimestamp();
            var response = (FetchResponse)reply.Body;
            ConsumeRun.ThrowIfRefused(response, topic);
            foreach (var answer in response.Responses.SelectMany(one => one.Partitions))
            {
                var wanted = request.Topics[0].Partitions.Find(partition => partition.Partition == answer.PartitionIndex)!;
                wanted.FetchOffset = Look((answer.Records ?? default).Span, wanted.FetchOffset, now);
            }

            if (Interlocked.Read(ref _back) >= Interlocked.Read(ref _sent)) _allBack.TrySetResult();
        }
    }

    /// <returns>The offset to fetch next.</returns>
    private long Look(ReadOnlySpan<byte> bytes, long next, long now)
    {
        while (BatchView.Read(bytes, ClientOptions.FrameBytesMax, out var batch) == BatchError.None)
        {
            using var records = new RecordReader(batch);
            while (records.MoveNext())
            {
                var value = records.Current.Value.Span;
                if (value.Length < RecordBytesMin || !value.StartsWith(_mark)) continue;   // somebody else's
                _times.Add(_clock.GetElapsedTime(BinaryPrimitives.ReadInt64BigEndian(value[MarkBytes..]), now));
                Interlocked.Increment(ref _back);
            }

            next = batch.NextOffset.Value;
            bytes = bytes[batch.SizeInBytes..];
        }

        return next;
    }
}
