using Akka.Actor;

namespace Akka.TestKit;

/// <summary>The messages that control a test actor; everything else waits for the test.</summary>
public static class TestActor
{
    /// <summary>Drop what the function accepts; null: nothing.</summary>
    public sealed class SetIgnore : INoSerializationVerificationNeeded
    {
        public SetIgnore(Func<object, bool>? ignore) => Ignore = ignore;

        public Func<object, bool>? Ignore { get; }
    }

    /// <summary>Watch an actor. Answered with <see cref="WatchAck"/>.</summary>
    public sealed class Watch : INoSerializationVerificationNeeded
    {
        public Watch(IActorRef actorToWatch) => Actor = actorToWatch;

        public IActorRef Actor { get; }
    }

    /// <summary>The actor is watched.</summary>
    public sealed class WatchAck : INoSerializationVerificationNeeded
    {
        public static readonly WatchAck Instance = new();

        private WatchAck()
        {
        }
    }

    /// <summary>Watch an actor no more. Answered with <see cref="UnwatchAck"/>.</summary>
    public sealed class Unwatch : INoSerializationVerificationNeeded
    {
        public Unwatch(IActorRef actorToUnwatch) => Actor = actorToUnwatch;

        public IActorRef Actor { get; }
    }

    /// <summary>The actor is no longer watched.</summary>
    public sealed class UnwatchAck : INoSerializationVerificationNeeded
    {
        public static readonly UnwatchAck Instance = new();

        private UnwatchAck()
        {
        }
    }

    /// <summary>Install a pilot.</summary>
    public sealed class SetAutoPilot : INoSerializationVerificationNeeded
    {
        public SetAutoPilot(AutoPilot autoPilot) => AutoPilot = autoPilot;

        public AutoPilot AutoPilot { get; }
    }

    /// <summary>Start a child. Answered with its reference.</summary>
    public sealed class Spawn : INoSerializationVerificationNeeded
    {
        public Spawn(Props props, string? name = null, SupervisorStrategy? supervisorStrategy = null)
        {
            Props = props;
            Name = name;
            SupervisorStrategy = supervisorStrategy;
        }

        public Props Props { get; }

        public string? Name { get; }

        public SupervisorStrategy? SupervisorStrategy { get; }
    }
}
