using Akka.Util;

namespace Akka.Actor;

/// <summary>Immutable handle to an actor, alive or not. Two are equal when path and incarnation (uid) are.</summary>
public interface IActorRef : ICanTell, IEquatable<IActorRef>, IComparable<IActorRef>, ISurrogated, IComparable
{
    /// <summary>Where the actor lives, including the incarnation.</summary>
    ActorPath Path { get; }
}
