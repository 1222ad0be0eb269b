using Akka.Actor;
using Akka.Event;

namespace Akka.Persistence;

/// <summary>Asks for leave to recover.</summary>
internal sealed class RequestPermit
{
    public static readonly RequestPermit Instance = new();
}

/// <summary>Leave to recover.</summary>
internal sealed class RecoveryPermitGranted : IDeadLetterSuppression
{
    public static readonly RecoveryPermitGranted Instance = new();
}

/// <summary>Recovery is over.</summary>
internal sealed class ReturnPermit
{
    public static readonly ReturnPermit Instance = new();
}

/// <summary>Lets only so many actors recover at once, so that a journal is not swamped when many start (max-concurrent-recoveries).</summary>
internal sealed class RecoveryPermitter : UntypedActor
{
    private readonly LinkedList<IActorRef> _waiting = new();
    private readonly HashSet<IActorRef> _granted = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly int _max;
    private int _maxWaiting;

    public RecoveryPermitter(int maxPermits) => _max = maxPermits;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case RequestPermit:
                Context.Watch(Sender);
                Request(Sender);
                break;
            case ReturnPermit:
                Context.Unwatch(Sender);
                Return(Sender);
                break;
            case Terminated terminated:
                _waiting.Remove(terminated.ActorRef);
                Return(terminated.ActorRef);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Request(IActorRef actor)
    {
        if (_granted.Count < _max)
        {
            Grant(actor);
            return;
        }

        _waiting.AddLast(actor);
        if (_waiting.Count > _maxWaiting)
        {
            _maxWaiting = _waiting.Count;
            if (_maxWaiting % 1000 == 0)
            {
                _log.Info("{0} persistent actors wait to recover, {1} recover", _maxWaiting, _granted.Count);
            }
        }
    }

    private void Return(IActorRef actor)
    {
        if (!_granted.Remove(actor))
        {
            _waiting.Remove(actor);
            return;
        }

        if (_waiting.First is { } next)
        {
            _waiting.RemoveFirst();
            Grant(next.Value);
        }
    }

    private void Grant(IActorRef actor)
    {
        _granted.Add(actor);
        actor.Tell(RecoveryPermitGranted.Instance, Self);
    }
}
