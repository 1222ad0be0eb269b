using ActorBroker.Client.Cluster;
using Akka.Actor;

namespace ActorBroker.Client.Producing;

/// <summary>What the two halves of a producer share: the senders on any thread, and the engine.</summary>
internal sealed class ProducerShared : IDisposable
{
    private readonly CancellationTokenSource _aborted = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;
    private volatile bool _isClosed;

    public ProducerShared(ClusterAccess cluster, ProducerSettings settings, Accumulator accumulator)
    {
        (Cluster, Settings, Accumulator) = (cluster, settings, accumulator);
        Aborted = _aborted.Token;
    }

    public ClusterAccess Cluster { get; }

    public ProducerSettings Settings { get; }

    public Accumulator Accumulator { get; }

    public IActorRef Engine { get; set; } = ActorRefs.Nobody;

    /// <summary>No more sends are taken.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Cancelled when sends that wait must give up.</summary>
    public CancellationToken Aborted { get; }

    /// <summary>Completed when the engine is gone.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Sends that wait for room, or for their topic.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>False: there are too many.</summary>
    public bool TryBeginWaiting()
    {
        if (Interlocked.Increment(ref _waiting) <= Settings.MaxWaiting)
        {
            return true;
        }

        EndWaiting();
        return false;
    }

    public void EndWaiting()
    {
        if (Interlocked.Decrement(ref _waiting) == 0 && _isClosed)
        {
            Engine.Tell(Wake.Instance, ActorRefs.NoSender);
        }
    }

    /// <summary>Takes no more sends, and has the engine end when all that were taken are answered.</summary>
    public void Close()
    {
        _isClosed = true;
        Engine.Tell(new CloseProducer(Settings.CloseTimeout), ActorRefs.NoSender);
    }

    /// <summary>For the engine only: it ends.</summary>
    public void Dispose()
    {
        _isClosed = true;
        Accumulator.Shut();
        if (_ended.TrySetResult())
        {
            _aborted.Cancel();
            _aborted.Dispose();
        }
    }

    public static ClientClosedException Closed() => new("The producer is closed: the record was not written, as far as is known.");
}
