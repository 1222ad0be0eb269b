using ActorBroker;
using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Lets <c>akka.persistence.max-concurrent-recoveries</c> actors recover at a time, first come, first served.</summary>
internal sealed class RecoveryPermitter : UntypedActor
{
    private readonly int _maxPermits;
    private readonly LinkedList<IActorRef> _waiting = new();
    private readonly HashSet<IActorRef> _granted = [];

    public RecoveryPermitter(int maxPermits)
    {
        Check.That(maxPermits > 0);
        _maxPermits = maxPermits;
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case RequestRecoveryPermit:
                Request(Sender);
                break;
            case ReturnRecoveryPermit:
                Release(Sender);
                break;
            case Terminated terminated:
                if (!_waiting.Remove(terminated.ActorRef))
                {
                    Release(terminated.ActorRef);
                }

                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Request(IActorRef from)
    {
        Context.Watch(from);
        if (_granted.Count < _maxPermits || _granted.Contains(from))   // a restarted actor still has its own
        {
            Grant(from);
        }
        else if (!_waiting.Contains(from))
        {
            _waiting.AddLast(from);
        }
    }

    private void Grant(IActorRef to)
    {
        _granted.Add(to);
        to.Tell(RecoveryPermitGranted.Instance);
    }

    private void Release(IActorRef from)
    {
        if (!_granted.Remove(from))
        {
            return;
        }

        Context.Unwatch(from);
        if (_waiting.First is { } next)
        {
            _waiting.RemoveFirst();
            Grant(next.Value);
        }
    }
}

/// <summary>Command: answered by <see cref="RecoveryPermitGranted"/> when it is the sender's turn.</summary>
internal sealed class RequestRecoveryPermit
{
    public static readonly RequestRecoveryPermit Instance = new();
}

/// <summary>Reply: go ahead.</summary>
internal sealed class RecoveryPermitGranted
{
    public static readonly RecoveryPermitGranted Instance = new();
}

/// <summary>Command: the sender has ended its recovery.</summary>
internal sealed class ReturnRecoveryPermit
{
    public static readonly ReturnRecoveryPermit Instance = new();
}
