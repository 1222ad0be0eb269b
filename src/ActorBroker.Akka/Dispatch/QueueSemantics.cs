namespace Akka.Dispatch;

/// <summary>Base of what an actor can ask of its mailbox.</summary>
public interface ISemantics
{
}

/// <summary>The actor's mailbox must be of that kind (<c>akka.actor.mailbox.requirements</c>).</summary>
public interface IRequiresMessageQueue<T>
    where T : ISemantics
{
}

/// <summary>Takes any number of messages.</summary>
public interface IUnboundedMessageQueueSemantics : ISemantics
{
}

/// <summary>Holds a limited number of messages.</summary>
public interface IBoundedMessageQueueSemantics : ISemantics
{
    /// <summary>How long a sender waits for room before its message becomes a dead letter.</summary>
    TimeSpan PushTimeOut { get; }
}

/// <summary>Takes messages back at its front.</summary>
public interface IDequeBasedMessageQueueSemantics : ISemantics
{
    /// <summary>Only from the owner's own code.</summary>
    void EnqueueFirst(Actor.Envelope envelope);
}

public interface IUnboundedDequeBasedMessageQueueSemantics : IDequeBasedMessageQueueSemantics, IUnboundedMessageQueueSemantics
{
}

public interface IBoundedDequeBasedMessageQueueSemantics : IDequeBasedMessageQueueSemantics, IBoundedMessageQueueSemantics
{
}

public interface IMultipleConsumerSemantics : ISemantics
{
}
