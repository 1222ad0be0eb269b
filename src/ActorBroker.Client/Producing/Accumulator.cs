using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using ActorBroker.Messages;

namespace ActorBroker.Client.Producing;

/// <summary>The records of one producer that are accepted and not acknowledged: what callers and the engine share.</summary>
/// <remarks>Safe from any thread.</remarks>
internal sealed class Accumulator(ProducerSettings settings, IPartitioner partitioner, Func<TimeSpan> now)
{
    private readonly ConcurrentDictionary<TopicPartition, PartitionBuffer> _buffers = [];
    private readonly ConcurrentQueue<PartitionBuffer> _news = [];
    private Action _wake = () => { };
    private int _isWoken;
    private volatile bool _isShut;

    public int BatchBytes => settings.BatchBytes;

    public TimeSpan DeliveryTimeout => settings.DeliveryTimeout;

    public IPartitioner Partitioner => partitioner;

    public BatchPool Pool { get; } = new(settings.BatchBytes);

    public BufferBudget Budget { get; } = new(settings.BufferBytes);

    public bool IsShut => _isShut;

    public ICollection<PartitionBuffer> Buffers => _buffers.Values;

    /// <summary>On the scheduler's monotonic clock.</summary>
    public TimeSpan Now() => now();

    public PartitionBuffer BufferOf(TopicPartition partition)
    {
        if (_buffers.TryGetValue(partition, out var buffer))
        {
            return buffer;
        }

        buffer = _buffers.GetOrAdd(partition, static (key, owner) => new PartitionBuffer(key, owner), this);
        if (_isShut)
        {
            buffer.Shut();
        }

        return buffer;
    }

    /// <summary>Who is woken when a batch was opened or closed. Set once, before the first record.</summary>
    public void WakeBy(Action wake) => _wake = wake;

    /// <summary>There is news in a buffer.</summary>
    public void Tell(PartitionBuffer buffer)
    {
        _news.Enqueue(buffer);
        if (Interlocked.Exchange(ref _isWoken, 1) == 0)
        {
            _wake();
        }
    }

    /// <summary>For the engine, when it is woken: before it takes the news.</summary>
    public void Awake() => Interlocked.Exchange(ref _isWoken, 0);

    /// <summary>For the engine: the next buffer with news.</summary>
    public bool TryTakeNews([NotNullWhen(true)] out PartitionBuffer? buffer) => _news.TryDequeue(out buffer);

    /// <summary>For the engine: takes no more records. Those that are there stay until they are taken out.</summary>
    public void Shut()
    {
        _isShut = true;
        foreach (var buffer in _buffers.Values)
        {
            buffer.Shut();
        }
    }
}
