using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>Puts what it receives into the queue of its test kit.</summary>
internal sealed class InternalTestActor : ActorBase
{
    private readonly MessageQueue _queue;
    private readonly DelegatingSupervisorStrategy _supervision = new();
    private Func<object, bool>? _ignore;
    private AutoPilot? _pilot;

    public InternalTestActor(MessageQueue queue) => _queue = queue;

    protected override SupervisorStrategy SupervisorStrategy() => _supervision;

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case TestActor.SetIgnore set:
                _ignore = set.Ignore;
                return true;
            case TestActor.Watch watch:
                Context.Watch(watch.Actor);
                Sender.Tell(TestActor.WatchAck.Instance);
                return true;
            case TestActor.Unwatch unwatch:
                Context.Unwatch(unwatch.Actor);
                Sender.Tell(TestActor.UnwatchAck.Instance);
                return true;
            case TestActor.SetAutoPilot set:
                _pilot = set.AutoPilot is NoAutoPilot ? null : set.AutoPilot;
                return true;
            case TestActor.Spawn spawn:
                Sender.Tell(Spawn(spawn));
                return true;
            default:
                OnMessage(message);
                return true;
        }
    }

    private IActorRef Spawn(TestActor.Spawn spawn)
    {
        var child = spawn.Name is null ? Context.ActorOf(spawn.Props) : Context.ActorOf(spawn.Props, spawn.Name);
        if (spawn.SupervisorStrategy is { } strategy)
        {
            _supervision.Set(child, strategy);
        }

        return child;
    }

    private void OnMessage(object message)
    {
        if (_pilot is not null)
        {
            _pilot = _pilot.Run(Sender, message) switch
            {
                KeepRunning => _pilot,
                NoAutoPilot or null => null,
                { } next => next,
            };
        }

        if (_ignore is null || !_ignore(message))
        {
            _queue.Put(new RealMessageEnvelope(message, Sender));
        }
    }
}
