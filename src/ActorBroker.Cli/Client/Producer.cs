using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;

namespace ActorBroker.Cli.Client;

/// <summary>Sends records to one topic: batched, in order within a partition, several requests on their way at once, and again
/// without duplicates when a broker or a connection fails.</summary>
/// <remarks>One caller adds; answers come on any thread and are handled under one lock.</remarks>
internal sealed class Producer : IAsyncDisposable
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(100);
    private readonly Cluster _cluster;
    private readonly ProducerOptions _options;
    private readonly TimeProvider _clock;
    private readonly string _topic;
    private readonly PartitionQueue[] _queues;
    private readonly Partitioner _partitioner;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<ProducedBatch> _inFlight = [];
    private readonly Dictionary<int, int> _requests = [];
    private readonly HashSet<KafkaConnection> _unanswered = [];
    private TopicInfo _info;
    private TaskCompletionSource? _room;
    private CliException? _failure;
    private Task? _refreshing;
    private Task _sending = Task.CompletedTask;
    private long _bufferedBytes;
    private bool _isClosing;
    private bool _mustRefresh;

    private Producer(Cluster cluster, TopicInfo info, ProducerOptions options, long producerId, short producerEpoch)
    {
        _cluster = cluster;
        _clock = cluster.Options.Clock;
        _topic = info.Name;
        _info = info;
        _options = options;
        _queues = [.. info.Partitions.Select(partition => new PartitionQueue(partition.Index, options, producerId, producerEpoch))];
        _partitioner = new Partitioner(_queues.Length, producerId < 0 ? _clock.GetTimestamp() : producerId);
    }

    /// <summary>Called for each batch that the broker has, on any thread, one at a time.</summary>
    public Action<AcknowledgedBatch>? OnAcknowledged { get; init; }

    /// <summary>Records that the broker has; with acks 0, that were sent.</summary>
    public long Acknowledged { get; private set; }

    public static async Task<Producer> StartAsync(
        Cluster cluster, string topic, ProducerOptions options, Action<AcknowledgedBatch>? onAcknowledged, CancellationToken cancellationToken)
    {
        var info = await cluster.TopicAsync(topic, cancellationToken);
        if (options.Partition is { } fixedPartition && (fixedPartition < 0 || fixedPartition >= info.Partitions.Count))
        {
            throw new UsageException($"topic '{topic}' has no partition {fixedPartition}: it has 0 to {info.Partitions.Count - 1}");
        }

        var (id, epoch) = options.IsIdempotent ? await NewProducerAsync(cluster, cancellationToken) : (-1L, (short)-1);
        var producer = new Producer(cluster, info, options, id, epoch) { OnAcknowledged = onAcknowledged };
        producer._sending = producer.SendAsync();
        return producer;
    }

    /// <summary>Takes a record. Copies the bytes; waits while the buffer is full.</summary>
    /// <exception cref="CliException">A record before could not be delivered.</exception>
    public async ValueTask AddAsync(
        ReadOnlyMemory<byte>? key, ReadOnlyMemory<byte>? value, IReadOnlyList<RecordHeader>? headers, CancellationToken cancellationToken)
    {
        while (TryAdd(key, value, headers) is { } room) await room.WaitAsync(cancellationToken);
    }

    /// <summary>Sends what is left and waits until all of it is acknowledged.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _isClosing = true;
        }

        Signal();
        await _sending.WaitAsync(cancellationToken);
        if (_failure is not null) throw _failure;
        if (_options.Acks == 0) await SayGoodbyeAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Signal();
        await _sending;
        _stopping.Dispose();
    }

    /// <summary>Brokers answer in order: once they answer this, they have read every batch before it.</summary>
    private async Task SayGoodbyeAsync(CancellationToken cancellationToken)
    {
        foreach (var connection in _unanswered)
        {
            try
            {
                await connection.AskAsync<MetadataResponse>(new MetadataRequest { Topics = [] }, cancellationToken);
            }
            catch (ConnectionException lost)
            {
                throw NobodyKnows(lost);
            }
        }
    }

    private static async Task<(long Id, short Epoch)> NewProducerAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(cluster.Options.Clock, cluster.Options.RequestTimeout);
        while (true)
        {
            var connection = await cluster.ToAnyAsync(cancellationToken);
            var request = new InitProducerIdRequest { TransactionalId = null, TransactionTimeoutMs = 60_000 };
            var response = await connection.AskAsync<InitProducerIdResponse>(request, cancellationToken);
            var error = (ErrorCode)response.ErrorCode;
            if (error == ErrorCode.None) return (response.ProducerId, response.ProducerEpoch);
            if (!error.IsRetriable() || !await backoff.WaitAsync(cancellationToken)) throw new KafkaErrorException(error, "no producer id");
        }
    }

    /// <returns>Null when the record was taken, else what completes when there may be room.</returns>
    private Task? TryAdd(ReadOnlyMemory<byte>? keyBytes, ReadOnlyMemory<byte>? valueBytes, IReadOnlyList<RecordHeader>? headers)
    {
        lock (_gate)
        {
            if (_failure is not null) throw _failure;
            if (_bufferedBytes >= _options.BufferBytesMax)
            {
                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return _room.Task;
            }

            var key = NullableBytes.From(keyBytes);
            var value = NullableBytes.From(valueBytes);
            var queue = _queues[_options.Partition ?? _partitioner.Choose(key)];
            if (queue.WouldOverflow(key.Span.Length + value.Span.Length)) Seal(queue);
            var isFirst = !queue.HasOpen;
            _bufferedBytes += queue.Add(_clock.GetUtcNow().ToUnixTimeMilliseconds(), _clock.GetTimestamp(), key, value, headers);
            if (queue.IsFull) Seal(queue);
            else if (!isFirst) return null;
        }

        Signal();
        return null;
    }

    private void Seal(PartitionQueue queue)
    {
        queue.Seal();
        _partitioner.BatchFinished(queue.Partition);
    }

    private void Signal()
    {
        lock (_signal)
        {
            if (_signal.CurrentCount == 0) _signal.Release();
        }
    }

    /// <summary>Sends what is ready until all is through, or one thing has failed for good.</summary>
    private async Task SendAsync()
    {
        var answers = new List<Task>();
        while (!_stopping.IsCancellationRequested)
        {
            List<ProduceDispatch> ready;
            TimeSpan? pause;
            lock (_gate)
            {
                if (_failure is not null || (_isClosing && _queues.All(queue => queue.IsIdle))) break;
                var now = _clock.GetTimestamp();
                pause = Prepare(now);
                ready = Collect(now);
                CheckAge(now);
            }

            foreach (var dispatch in ready) answers.Add(DeliverAsync(dispatch));
            answers.RemoveAll(answer => answer.IsCompleted);
            if (ready.Count > 0) continue;
            if (pause is { } time) await _signal.WaitAsync(time);
            else await _signal.WaitAsync();
        }

        if (_refreshing is not null) answers.Add(_refreshing);
        if (_failure is not null || _stopping.IsCancellationRequested) await _stopping.CancelAsync();
        await Task.WhenAll(answers);
        ReleaseRoom();
    }

    /// <summary>Finishes the batches whose time has come.</summary>
    /// <returns>How long to wait if nothing else happens; null: until something does.</returns>
    private TimeSpan? Prepare(long now)
    {
        TimeSpan? pause = null;
        foreach (var queue in _queues)
        {
            if (queue.HasOpen)
            {
                var left = _options.Linger - _clock.GetElapsedTime(queue.OpenedAt, now);
                if (_isClosing || left <= TimeSpan.Zero) Seal(queue);
                else pause = Shorter(pause, left);
            }

            if (queue.HasWaiting) pause = Shorter(pause, RetryPause);
        }

        if (_mustRefresh && (_refreshing is null || _refreshing.IsCompleted))
        {
            _mustRefresh = false;
            _refreshing = RefreshAsync();
        }

        return pause is { } time ? TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds)) : null;
    }

    private static TimeSpan Shorter(TimeSpan? one, TimeSpan other) => one is { } time && time < other ? time : other;

    /// <summary>One request for each leader that may take one more: at most one batch of each of its partitions.</summary>
    private List<ProduceDispatch> Collect(long now)
    {
        var dispatches = new List<ProduceDispatch>();
        foreach (var leader in _info.Partitions.GroupBy(partition => partition.Leader))
        {
            if (_requests.GetValueOrDefault(leader.Key) >= ProducerOptions.InFlightMax) continue;
            var queues = leader.Where(partition => partition.Index < _queues.Length).Select(partition => _queues[partition.Index]).Where(queue => queue.MaySend(now));
            if (leader.Key < 0)
            {
                _mustRefresh |= queues.Any();
                continue;
            }

            var batches = new List<ProducedBatch>();
            var bytes = 0;
            foreach (var queue in queues)
            {
                if (bytes > 0 && bytes + queue.Oldest!.Bytes.Length > _options.RequestBytesMax) break;
                var batch = queue.Take();
                bytes += batch.Bytes.Length;
                batches.Add(batch);
                _inFlight.Add(batch);
            }

            if (batches.Count == 0) continue;
            _requests[leader.Key] = _requests.GetValueOrDefault(leader.Key) + 1;
            dispatches.Add(new ProduceDispatch(leader.Key, batches));
        }

        return dispatches;
    }

    private void CheckAge(long now)
    {
        foreach (var queue in _queues)
        {
            if (queue.Oldest is not { } batch || _clock.GetElapsedTime(batch.Started, now) < _options.DeliveryTimeout) continue;
            var reason = batch.LastFailure ?? (batch.LastError == ErrorCode.None ? "the partition has no leader" : ErrorText.Of(batch.LastError));
            Fail(new CliException($"topic '{_topic}' partition {queue.Partition}: {batch.Records} records were not acknowledged within {_options.DeliveryTimeout.TotalSeconds} s ({reason}): raise --delivery-timeout, or look at the broker"));
        }
    }

    private async Task DeliverAsync(ProduceDispatch dispatch)
    {
        try
        {
            var connection = await _cluster.ToNodeAsync(dispatch.Leader, _stopping.Token);
            var request = RequestOf(dispatch);
            if (_options.Acks == 0)
            {
                lock (_gate)
                {
                    _unanswered.Add(connection);
                }

                await connection.TellAsync(request, _stopping.Token);
                foreach (var batch in dispatch.Batches) Settle(batch, new() { BaseOffset = -1 });
            }
            else
            {
                using var reply = await connection.ExchangeAsync(request, _stopping.Token);
                var answers = ((ProduceResponse)reply.Body).Responses.SelectMany(topic => topic.PartitionResponses).ToDictionary(answer => answer.Index);
                foreach (var batch in dispatch.Batches)
                {
                    Settle(batch, answers.GetValueOrDefault(batch.Queue.Partition) ?? new() { ErrorCode = (short)ErrorCode.UnknownServerError });
                }
            }
        }
        catch (ConnectionException lost)
        {
            foreach (var batch in dispatch.Batches) Lost(batch, lost);
        }
        catch (OperationCanceledException)
        {
            // The producer is being given up; nobody waits for these batches.
        }
        catch (Exception failure)
        {
            lock (_gate)
            {
                Fail(failure as CliException ?? new CliException(failure.Message, failure));
            }
        }
        finally
        {
            lock (_gate)
            {
                _requests[dispatch.Leader]--;
            }

            Signal();
        }
    }

    private ProduceRequest RequestOf(ProduceDispatch dispatch) => new()
    {
        Acks = _options.Acks,
        TimeoutMs = (int)_cluster.Options.RequestTimeout.TotalMilliseconds,
        TopicData =
        [
            new()
            {
                Name = _topic,
                PartitionData = [.. dispatch.Batches.Select(batch => new ProduceRequest.PartitionProduceData { Index = batch.Queue.Partition, Records = batch.Bytes.Bytes })],
            },
        ],
    };

    private void Settle(ProducedBatch batch, ProduceResponse.PartitionProduceResponse answer)
    {
        lock (_gate)
        {
            _inFlight.Remove(batch);
            var error = (ErrorCode)answer.ErrorCode;
            if (error is ErrorCode.None or ErrorCode.DuplicateSequenceNumber)
            {
                batch.Queue.Acknowledged(batch);
                _bufferedBytes -= batch.BufferedBytes;
                Acknowledged += batch.Records;
                OnAcknowledged?.Invoke(new AcknowledgedBatch(batch.Queue.Partition, error == ErrorCode.None ? answer.BaseOffset : -1, batch.Records));
                if (_bufferedBytes < _options.BufferBytesMax) ReleaseRoom();
                return;
            }

            var isBehindAnother = error == ErrorCode.OutOfOrderSequenceNumber && batch.Queue.WaitsForEarlier(batch, _inFlight);
            if (!isBehindAnother && !error.IsRetriable())
            {
                Fail(new KafkaErrorException(error, $"topic '{_topic}' partition {batch.Queue.Partition}: {batch.Records} records were not written", answer.ErrorMessage));
                return;
            }

            batch.LastError = error;
            Again(batch);
        }
    }

    private void Lost(ProducedBatch batch, ConnectionException lost)
    {
        lock (_gate)
        {
            _inFlight.Remove(batch);
            if (_options.Acks == 0)
            {
                Fail(NobodyKnows(lost));
                return;
            }

            batch.LastFailure = lost.Message;
            Again(batch);
        }
    }

    private static CliException NobodyKnows(ConnectionException lost) => new($"{lost.Message}: with --acks 0 nobody knows which records arrived", lost);

    private void Again(ProducedBatch batch)
    {
        batch.Queue.Return(batch);
        batch.Queue.NotBefore = _clock.GetTimestamp() + (long)(RetryPause.TotalSeconds * _clock.TimestampFrequency);
        _mustRefresh = true;
    }

    private async Task RefreshAsync()
    {
        try
        {
            var info = await _cluster.TopicAsync(_topic, _stopping.Token, needsLeaders: false);
            lock (_gate)
            {
                _info = info;
            }
        }
        catch (Exception cause) when (cause is ConnectionException or NoBrokerException or KafkaErrorException { Error: ErrorCode.LeaderNotAvailable })
        {
            lock (_gate)
            {
                _mustRefresh = true;   // the batches' own age says when to give up
            }

            await Task.Delay(RetryPause, _clock, CancellationToken.None);
        }
        catch (CliException failure)
        {
            lock (_gate)
            {
                Fail(failure);
            }
        }
        catch (OperationCanceledException)
        {
            // The producer is being given up.
        }

        Signal();
    }

    private void Fail(CliException failure)
    {
        _failure ??= failure;
        ReleaseRoom();
    }

    private void ReleaseRoom()
    {
        lock (_gate)
        {
            _room?.TrySetResult();
            _room = null;
        }
    }
}
