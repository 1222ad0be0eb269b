using ActorBroker.Client.Cluster;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Producing;

/// <summary>What a producer knows of one topic, and the sends to it that wait, in the order of their calls.</summary>
/// <remarks>Safe from any thread. While a send waits, all later ones of the topic wait behind it.</remarks>
internal sealed class TopicLine<TKey, TValue>(string topic, RecordSender<TKey, TValue> sender)
{
    /// <summary>A topic just created is known everywhere within seconds.</summary>
    private static readonly TimeSpan UnknownTimeMax = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Queue<Waiting> _waiting = [];
    private readonly ProducerShared _shared = sender.Shared;
    private Known _known = Known.Nothing;
    private Waiting? _newest;
    private int _count;

    public string Topic => topic;

    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    /// <summary>As many as there are partitions; none: the topic is not known.</summary>
    public PartitionBuffer?[] Buffers => Current().Buffers;

    /// <param name="buffers">What <see cref="Buffers"/> has given.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such partition.</exception>
    public PartitionBuffer BufferOf(PartitionBuffer?[] buffers, int partition)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, buffers.Length);
        return buffers[partition] ??= _shared.Accumulator.BufferOf(new TopicPartition(topic, partition));
    }

    public void Enqueue(in ProducerRecord<TKey, TValue> record, ISendOutcome outcome, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            outcome.Fail(new OperationCanceledException(ct));
            return;
        }

        if (!_shared.TryBeginWaiting())
        {
            outcome.Fail(new BrokerException(SessionError.Overloaded, $"{_shared.Settings.MaxWaiting} sends of the producer wait already (max-waiting)."));
            return;
        }

        var waiting = new Waiting(record, outcome, _shared.Accumulator.Now() + _shared.Settings.MaxBlock, ct);
        bool mustServe;
        lock (_gate)
        {
            _waiting.Enqueue(waiting);
            _newest = waiting;
            mustServe = _waiting.Count == 1;
            Volatile.Write(ref _count, _waiting.Count);
        }

        waiting.WatchCancellation();
        if (mustServe)
        {
            _ = ServeAll();   // ends by itself, and never fails
        }
    }

    public Task WhenEmptied()
    {
        lock (_gate)
        {
            return _waiting.Count == 0 ? Task.CompletedTask : _newest!.Served.Task;
        }
    }

    private async Task ServeAll()
    {
        Waiting? first;
        lock (_gate)
        {
            first = _waiting.Peek();
        }

        while (first is not null)
        {
            await Serve(first).ConfigureAwait(false);
            first.End();
            lock (_gate)
            {
                _waiting.Dequeue();
                _waiting.TryPeek(out first);
                Volatile.Write(ref _count, _waiting.Count);
            }

            _shared.EndWaiting();
        }
    }

    private async Task Serve(Waiting waiting)
    {
        if (!waiting.TryBegin())
        {
            return;
        }

        // Also where the cancellation that let the one before go has not come to this one yet.
        if (waiting.Cancelled.IsCancellationRequested)
        {
            waiting.Outcome.Fail(new OperationCanceledException(waiting.Cancelled));
            return;
        }

        var taken = 0L;
        if (sender.TryAccept(this, waiting.Record, waiting.Outcome, ref taken, out _) == Acceptance.Done)
        {
            return;
        }

        var left = waiting.Deadline - _shared.Accumulator.Now();
        using var timeout = new CancellationTokenSource();
        using var any = CancellationTokenSource.CreateLinkedTokenSource(waiting.Cancelled, _shared.Aborted, timeout.Token);
        timeout.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        try
        {
            await Accept(waiting, any.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            waiting.Outcome.Fail(waiting.Cancelled.IsCancellationRequested ? new OperationCanceledException(waiting.Cancelled)
                : _shared.Aborted.IsCancellationRequested ? ProducerShared.Closed()
                : new BrokerTimeoutException(
                    $"A record for topic {topic} found no room within {_shared.Settings.MaxBlock} (max-block): {_shared.Accumulator.Budget.Taken} of {_shared.Settings.BufferBytes} bytes are taken, "
                    + $"and the topic {(Buffers.Length == 0 ? "is not known" : $"has {Buffers.Length} partitions")}."));
        }
        catch (Exception error)
        {
            // It becomes the outcome: the caller is who can do something about it.
            waiting.Outcome.Fail(error);
        }
    }

    private async Task Accept(Waiting waiting, CancellationToken ct)
    {
        var taken = 0L;
        TimeSpan? unknownSince = null;
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var acceptance = sender.TryAccept(this, waiting.Record, waiting.Outcome, ref taken, out var bytes);
            if (acceptance == Acceptance.Done)
            {
                return;
            }

            if (acceptance == Acceptance.NeedsRoom)
            {
                await _shared.Accumulator.Budget.TakeAsync(bytes, ct).ConfigureAwait(false);
                taken = bytes;
                continue;
            }

            unknownSince ??= _shared.Accumulator.Now();
            await Renew(waiting.Record.Partition, unknownSince.Value, ct).ConfigureAwait(false);
        }
    }

    private async Task Renew(int? partition, TimeSpan unknownSince, CancellationToken ct)
    {
        var olderThan = _shared.Cluster.View.Topics.ContainsKey(topic) ? Volatile.Read(ref _known).ViewNumber : -1;
        var view = await _shared.Cluster.RefreshAsync([topic], createMissing: true, olderThan, ct).ConfigureAwait(false);
        var error = view.Topics.TryGetValue(topic, out var found) ? found.Error : SessionError.UnknownTopicOrPartition;
        var isHere = error == SessionError.None && found!.Partitions.Length > (partition ?? 0);
        var isHopeless = error is not (SessionError.None or SessionError.UnknownTopicOrPartition) && !SessionErrors.IsRetriable(error);
        if (isHopeless || (!isHere && _shared.Accumulator.Now() - unknownSince > UnknownTimeMax))
        {
            throw error is SessionError.None or SessionError.UnknownTopicOrPartition
                ? new UnknownTopicOrPartitionException($"There is no {(partition is { } number && error == SessionError.None ? $"partition {number} of topic" : "topic")} {topic}.")
                : SessionErrors.ToException(error, $"Topic {topic} cannot be written to: {error}.");
        }
    }

    /// <summary>What the view says now.</summary>
    private Known Current()
    {
        var view = _shared.Cluster.View;
        var known = Volatile.Read(ref _known);
        if (known.ViewNumber == view.Number)
        {
            return known;
        }

        // A topic that the view has lost (it is gone, or was not renewed) is asked for again.
        var count = view.Topics.TryGetValue(topic, out var found) && found.Error == SessionError.None && !found.Partitions.IsDefault ? found.Partitions.Length : 0;
        var buffers = known.Buffers.Length == count ? known.Buffers : new PartitionBuffer?[count];
        known = new Known(view.Number, buffers);
        Volatile.Write(ref _known, known);
        return known;
    }

    private sealed record Known(long ViewNumber, PartitionBuffer?[] Buffers)
    {
        public static readonly Known Nothing = new(ClusterView.Empty.Number, []);
    }

    private sealed class Waiting(in ProducerRecord<TKey, TValue> record, ISendOutcome outcome, TimeSpan deadline, CancellationToken cancelled)
    {
        private CancellationTokenRegistration _registration;
        private int _isTaken;

        public ProducerRecord<TKey, TValue> Record { get; } = record;

        public ISendOutcome Outcome { get; } = outcome;

        public TimeSpan Deadline { get; } = deadline;

        public CancellationToken Cancelled { get; } = cancelled;

        public TaskCompletionSource Served { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>One whose turn has not come yet ends as soon as it is cancelled; its place in the line stays.</summary>
        public void WatchCancellation()
        {
            if (Cancelled.CanBeCanceled)
            {
                _registration = Cancelled.UnsafeRegister(
                    static state =>
                    {
                        var waiting = (Waiting)state!;
                        if (waiting.TryBegin())
                        {
                            waiting.Outcome.Fail(new OperationCanceledException(waiting.Cancelled));
                        }
                    },
                    this);
            }
        }

        /// <summary>False: it was cancelled.</summary>
        public bool TryBegin() => Interlocked.Exchange(ref _isTaken, 1) == 0;

        public void End()
        {
            _registration.Dispose();
            Served.TrySetResult();
        }
    }
}
