using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Util;

namespace Akka.TestKit;

/// <summary>
/// A test kit that can be handed to actors as a partner: it is a reference to its own test actor, tells as it, and
/// answers who wrote to it.
/// </summary>
public class TestProbe : TestKitBase, INoImplicitSender, IInternalActorRef
{
    public TestProbe(ActorSystem system, ITestKitAssertions assertions, string? testProbeName = null)
        : base(assertions, system, testProbeName)
    {
    }

    /// <summary>The sender of the last message that was taken.</summary>
    public IActorRef Sender => LastSender;

    /// <summary>The probe's own reference.</summary>
    public IActorRef Ref => TestActor;

    /// <summary>Tells the actor something as the probe.</summary>
    public void Send(IActorRef actor, object message) => actor.Tell(message, TestActor);

    /// <summary>Passes the last message on, with its sender.</summary>
    public void Forward(IActorRef actor) => actor.Tell(LastMessage, LastSender);

    public void Forward(IActorRef actor, object message) => actor.Tell(message, LastSender);

    /// <summary>Answers the sender of the last message.</summary>
    public void Reply(object message) => Sender.Tell(message, TestActor);

    /// <summary>Tells the probe something.</summary>
    public void Tell(object message, IActorRef? sender) => TestActor.Tell(message, sender);

    public int CompareTo(object? obj) => TestActor.CompareTo(obj);

    public override bool Equals(object? obj) => obj is IActorRef other ? TestActor.Equals(other is TestProbe probe ? probe.Ref : other) : false;

    public override int GetHashCode() => TestActor.GetHashCode();

    public override string ToString() => $"TestProbe({TestActor})";

    // The probe is a reference to its test actor.
    ActorPath IActorRef.Path => TestActor.Path;

    IInternalActorRef IInternalActorRef.Parent => Inner.Parent;

    IActorRefProvider IInternalActorRef.Provider => Inner.Provider;

    bool IInternalActorRef.IsTerminated => Inner.IsTerminated;

    bool IActorRefScope.IsLocal => Inner.IsLocal;

    private IInternalActorRef Inner => (IInternalActorRef)TestActor;

    bool IEquatable<IActorRef>.Equals(IActorRef? other) => Equals((object?)other);

    int IComparable<IActorRef>.CompareTo(IActorRef? other) => TestActor.CompareTo(other);

    ISurrogate ISurrogated.ToSurrogate(ActorSystem system) => TestActor.ToSurrogate(system);

    IActorRef IInternalActorRef.GetChild(IReadOnlyList<string> name) => Inner.GetChild(name);

    void IInternalActorRef.Resume(Exception? causedByFailure) => Inner.Resume(causedByFailure);

    void IInternalActorRef.Start() => Inner.Start();

    void IInternalActorRef.Stop() => Inner.Stop();

    void IInternalActorRef.Restart(Exception cause) => Inner.Restart(cause);

    void IInternalActorRef.Suspend() => Inner.Suspend();

    void IInternalActorRef.SendSystemMessage(ISystemMessage message) => Inner.SendSystemMessage(message);
}
