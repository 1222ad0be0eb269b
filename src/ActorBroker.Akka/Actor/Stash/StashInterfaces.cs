using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>An actor with a stash, which the runtime sets before the constructor's body runs.</summary>
public interface IActorStash
{
    IStash Stash { get; set; }
}

/// <summary>A stash without a demand on the mailbox's size.</summary>
public interface IWithUnrestrictedStash : IActorStash
{
}

/// <summary>A stash, on a mailbox that takes messages back at its front.</summary>
public interface IWithStash : IWithUnrestrictedStash, IRequiresMessageQueue<IDequeBasedMessageQueueSemantics>
{
}

/// <summary>A stash on an unbounded mailbox.</summary>
public interface IWithUnboundedStash : IWithUnrestrictedStash, IRequiresMessageQueue<IUnboundedDequeBasedMessageQueueSemantics>
{
}

/// <summary>A stash on a bounded mailbox.</summary>
public interface IWithBoundedStash : IWithUnrestrictedStash, IRequiresMessageQueue<IBoundedDequeBasedMessageQueueSemantics>
{
}
