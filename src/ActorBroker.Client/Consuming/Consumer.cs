using System.Collections.Immutable;
using ActorBroker.Client.Consuming;
using ActorBroker.Log;
using ActorBroker.Messages;
using Akka.Actor;

namespace ActorBroker.Client;

/// <summary>
/// Reads partitions, either those that it is told (<see cref="Assign(IEnumerable{TopicPartitionStart})"/>) or those that its group gives it
/// (<see cref="Subscribe"/>). Records are what it enumerates:
/// <code>await foreach (var record in consumer.WithCancellation(stop)) …</code>
/// Records of a partition come in order, each once, from the position on. A record counts as processed when the next one is asked for;
/// one that was in hand when an enumeration ended comes again in the next one, unless <see cref="CommitAsync()"/> was called for it.
/// </summary>
/// <remarks>Safe from any thread, except that one enumeration may be under way at a time. The enumeration has no end of its own: it ends
/// when the consumer is disposed of, and fails with <see cref="BrokerException"/>; it may be begun again after that.</remarks>
public sealed class Consumer<TKey, TValue> : IAsyncEnumerable<ConsumeResult<TKey, TValue>>, IAsyncDisposable
{
    private readonly BrokerClient _client;
    private readonly ConsumerSettings _settings;
    private readonly ConsumerBoard _board;
    private readonly IActorRef _engine;
    private readonly IDeserializer<TKey> _keys;
    private readonly IDeserializer<TValue> _values;
    private int _mode;
    private int _isEnumerating;

    internal Consumer(BrokerClient client, ConsumerSettings settings, ConsumerOptions<TKey, TValue> options)
    {
        _client = client;
        _settings = settings;
        _keys = options.KeyDeserializer ?? Deserializers.Default<TKey>();
        _values = options.ValueDeserializer ?? Deserializers.Default<TValue>();
        _board = new ConsumerBoard();
        var (board, cluster) = (_board, client.Cluster);
        _engine = client.System.ActorOf(Props.Create(() => new ConsumerEngineActor(board, cluster, settings)));
    }

    /// <summary>What it reads now. Empty while the group is sharing out.</summary>
    public IReadOnlyCollection<TopicPartition> Assignment => _board.Assigned.Keys;

    internal ConsumerBoard Board => _board;

    /// <summary>Reads these from now on, and nothing else.</summary>
    /// <exception cref="InvalidOperationException">It is subscribed.</exception>
    public void Assign(params IEnumerable<TopicPartitionStart> partitions)
    {
        var all = partitions.ToImmutableArray();
        foreach (var one in all)
        {
            if (one.Start.Kind == StartKind.Committed && !_settings.HasGroup)
            {
                throw new ArgumentException($"{one.Partition} is to begin at a committed position, but there is no GroupId.", nameof(partitions));
            }
        }

        if (all.Select(one => one.Partition).Distinct().Count() < all.Length)
        {
            throw new ArgumentException("A partition is named twice.", nameof(partitions));
        }

        Enter(Mode.Assigned);
        _engine.Tell(new AssignCommand(all), ActorRefs.NoSender);
    }

    /// <summary>Reads these from where the group has come to or, without a group id, from where <see cref="OffsetReset"/> says.</summary>
    /// <exception cref="InvalidOperationException">It is subscribed.</exception>
    public void Assign(params IEnumerable<TopicPartition> partitions)
    {
        var start = _settings.HasGroup ? Start.Committed : PositionFinder.AfterReset(_settings.OffsetReset);
        Assign(partitions.Select(partition => new TopicPartitionStart(partition, start)));
    }

    /// <summary>Becomes a member of its group, which shares out the partitions of these topics. Topics that do not exist yet are read when they do.</summary>
    /// <exception cref="InvalidOperationException">It has no GroupId, or was assigned partitions, or is subscribed already.</exception>
    public void Subscribe(params IEnumerable<string> topics)
    {
        var all = topics.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToImmutableArray();
        if (all.IsEmpty)
        {
            throw new ArgumentException("There is no topic to subscribe to.", nameof(topics));
        }

        RequireGroup();
        if (Interlocked.CompareExchange(ref _mode, (int)Mode.Subscribed, (int)Mode.None) != (int)Mode.None)
        {
            throw new InvalidOperationException("This consumer was assigned partitions, or is subscribed already: another one is needed.");
        }

        _engine.Tell(new SubscribeCommand(all), ActorRefs.NoSender);
    }

    /// <summary>Goes on at another place. Records that came before the task is complete may be from the old place.</summary>
    /// <exception cref="InvalidOperationException">The partition is not assigned.</exception>
    public Task SeekAsync(TopicPartition partition, Start start)
    {
        var done = NewDone();
        return Await(new SeekCommand(new TopicPartitionStart(partition, start), done), done.Task);
    }

    /// <inheritdoc cref="SeekAsync(TopicPartition, Start)"/>
    public Task SeekAsync(TopicPartition partition, Offset offset) => SeekAsync(partition, Start.At(offset));

    /// <summary>No record of these is given out until <see cref="Resume"/>; they stay assigned. A new assignment forgets it.</summary>
    public void Pause(params IEnumerable<TopicPartition> partitions) => SetPaused(partitions, isPaused: true);

    public void Resume(params IEnumerable<TopicPartition> partitions)
    {
        TopicPartition[] all = [.. partitions];
        SetPaused(all, isPaused: false);
        _engine.Tell(new ResumeCommand([.. all]), ActorRefs.NoSender);
    }

    /// <summary>Commits the positions after everything that was given out, the record in hand included. With
    /// <see cref="Delivery.AtMostOnce"/> there is nothing to do.</summary>
    /// <exception cref="GroupException">The group does not take them, for example because it is sharing out anew.</exception>
    public Task CommitAsync()
    {
        RequireGroup();
        if (_settings.Delivery == Delivery.AtMostOnce)
        {
            return Task.CompletedTask;
        }

        foreach (var partition in _board.Assigned.Values)
        {
            partition.CountYielded();
        }

        var done = NewDone();
        return Await(new CommitCommand(null, done), done.Task);
    }

    /// <summary>Commits these: offsets of the next records to read.</summary>
    /// <exception cref="GroupException">The group does not take them.</exception>
    public Task CommitAsync(IEnumerable<KeyValuePair<TopicPartition, Offset>> offsets)
    {
        RequireGroup();
        var done = NewDone();
        return Await(new CommitCommand([.. offsets.Select(pair => (pair.Key, pair.Value))], done), done.Task);
    }

    /// <summary>Offset of the next record to be processed. Null: it is not assigned, or its position is still being looked for.</summary>
    public Offset? Position(TopicPartition partition) => _board.Assigned.GetValueOrDefault(partition)?.Position;

    /// <summary>Records between the position and the end, as far as its node has told. Null: not known.</summary>
    public long? Lag(TopicPartition partition) => _board.Assigned.GetValueOrDefault(partition)?.Lag;

    /// <summary>Where partitions end: offsets of the next records to come. Assigned or not.</summary>
    public Task<IReadOnlyDictionary<TopicPartition, Offset>> EndOffsetsAsync(IEnumerable<TopicPartition> partitions, CancellationToken ct = default) =>
        OffsetsAsync(partitions, OffsetSpec.Latest, ct);

    /// <summary>Where partitions begin: their first records that are still there.</summary>
    public Task<IReadOnlyDictionary<TopicPartition, Offset>> BeginningOffsetsAsync(IEnumerable<TopicPartition> partitions, CancellationToken ct = default) =>
        OffsetsAsync(partitions, OffsetSpec.Earliest, ct);

    /// <summary>First records at or after these times. Partitions without such a record are not in the answer.</summary>
    public async Task<IReadOnlyDictionary<TopicPartition, FoundOffset>> OffsetsForTimesAsync(
        IEnumerable<KeyValuePair<TopicPartition, DateTimeOffset>> times, CancellationToken ct = default)
    {
        var found = new Dictionary<TopicPartition, FoundOffset>();
        foreach (var same in times.GroupBy(pair => pair.Value, pair => pair.Key))
        {
            foreach (var (partition, offset) in await _client.Admin.OffsetsAsync([.. same], OffsetSpec.AtTimestamp(same.Key), ct: ct).ConfigureAwait(false))
            {
                if (offset.Offset != Offset.None)
                {
                    found[partition] = offset;
                }
            }
        }

        return found;
    }

    /// <exception cref="InvalidOperationException">One is under way.</exception>
    public IAsyncEnumerator<ConsumeResult<TKey, TValue>> GetAsyncEnumerator(CancellationToken cancellationToken = default) => Enumerate(cancellationToken);

    internal ConsumerEnumerator<TKey, TValue> Enumerate(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isEnumerating, 1) != 0)
        {
            throw new InvalidOperationException("This consumer is being enumerated: one enumeration at a time, see its documentation.");
        }

        return new ConsumerEnumerator<TKey, TValue>(
            _engine, _board, new RecordCursor<TKey, TValue>(_keys, _values), _settings.Delivery, () => Volatile.Write(ref _isEnumerating, 0), cancellationToken);
    }

    /// <summary>Ends the enumeration, commits where the consumer does that itself, and leaves the group.</summary>
    public async ValueTask DisposeAsync()
    {
        _engine.Tell(CloseCommand.Instance, ActorRefs.NoSender);
        await _board.Ended.ConfigureAwait(false);
    }

    private static TaskCompletionSource NewDone() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void RequireGroup()
    {
        if (!_settings.HasGroup)
        {
            throw new InvalidOperationException("This consumer has no group: set GroupId in its options.");
        }
    }

    private void Enter(Mode mode)
    {
        if (Interlocked.CompareExchange(ref _mode, (int)mode, (int)Mode.None) is var before && before != (int)Mode.None && before != (int)mode)
        {
            throw new InvalidOperationException("This consumer is subscribed: its group assigns the partitions.");
        }
    }

    private void SetPaused(IEnumerable<TopicPartition> partitions, bool isPaused)
    {
        foreach (var partition in partitions)
        {
            _board.Assigned.GetValueOrDefault(partition)?.IsPaused = isPaused;
        }
    }

    private async Task Await(IConsumerCommand command, Task done)
    {
        _engine.Tell(command, ActorRefs.NoSender);
        await Task.WhenAny(done, _board.Ended).ConfigureAwait(false);
        if (!done.IsCompleted)
        {
            throw await _board.Ended.ConfigureAwait(false) ?? new ClientClosedException("The consumer is disposed of.");
        }

        await done.ConfigureAwait(false);
    }

    private async Task<IReadOnlyDictionary<TopicPartition, Offset>> OffsetsAsync(IEnumerable<TopicPartition> partitions, OffsetSpec spec, CancellationToken ct)
    {
        var found = await _client.Admin.OffsetsAsync([.. partitions], spec, ct: ct).ConfigureAwait(false);
        return found.ToDictionary(pair => pair.Key, pair => pair.Value.Offset);
    }

    private enum Mode
    {
        None,
        Assigned,
        Subscribed,
    }
}
