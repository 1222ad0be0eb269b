using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.TestKit.Internal;
using Akka.Util;

namespace Akka.TestKit;

/// <summary>A reference to an actor that runs on the thread of whoever tells it something, with a way to its instance.</summary>
public class TestActorRefBase<TActor> : IInternalActorRef, IHasInnerRef
    where TActor : ActorBase
{
    private readonly IInternalActorRef _inner;

    protected TestActorRefBase(ActorSystem system, Props actorProps, IActorRef? supervisor = null, string? name = null) =>
        _inner = TestActorCells.Start(system, actorProps, supervisor, name);

    public ActorPath Path => _inner.Path;

    /// <summary>The reference that other actors see.</summary>
    public IActorRef Ref => _inner;

    /// <summary>The instance as it is now; after a restart it is another one.</summary>
    /// <exception cref="IllegalActorStateException">The actor has stopped.</exception>
    protected TActor InternalUnderlyingActor => (TActor)TestActorCells.ActorOf(_inner);

    IActorRef IHasInnerRef.Inner => _inner;

    IInternalActorRef IInternalActorRef.Parent => _inner.Parent;

    IActorRefProvider IInternalActorRef.Provider => _inner.Provider;

    bool IInternalActorRef.IsTerminated => _inner.IsTerminated;

    bool IActorRefScope.IsLocal => _inner.IsLocal;

    /// <summary>Hands the message to the actor as a call; what the actor throws, this throws.</summary>
    public void Receive(object message, IActorRef? sender = null) => TestActorCells.Call(_inner, message, sender);

    public void Tell(object message, IActorRef? sender) => _inner.Tell(message, sender);

    /// <summary>Makes the actor watch another one.</summary>
    public void Watch(IActorRef subject) => TestActorCells.CellOf(_inner).Watch(subject);

    public void Unwatch(IActorRef subject) => TestActorCells.CellOf(_inner).Unwatch(subject);

    public int CompareTo(object? obj) => _inner.CompareTo(obj is TestActorRefBase<TActor> other ? other._inner : obj);

    public bool Equals(IActorRef? other) => _inner.Equals(other);

    public int CompareTo(IActorRef? other) => _inner.CompareTo(other);

    public override bool Equals(object? obj) => _inner.Equals(obj is TestActorRefBase<TActor> other ? other._inner : obj);

    public override int GetHashCode() => _inner.GetHashCode();

    public override string ToString() => _inner.ToString() ?? "";

    public ISurrogate ToSurrogate(ActorSystem system) => _inner.ToSurrogate(system);

    IActorRef IInternalActorRef.GetChild(IReadOnlyList<string> name) => _inner.GetChild(name);

    void IInternalActorRef.Resume(Exception? causedByFailure) => _inner.Resume(causedByFailure);

    void IInternalActorRef.Start() => _inner.Start();

    void IInternalActorRef.Stop() => _inner.Stop();

    void IInternalActorRef.Restart(Exception cause) => _inner.Restart(cause);

    void IInternalActorRef.Suspend() => _inner.Suspend();

    void IInternalActorRef.SendSystemMessage(ISystemMessage message) => _inner.SendSystemMessage(message);
}
