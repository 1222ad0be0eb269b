namespace Akka.Dispatch.MessageQueues;

/// <summary>A bounded queue for actors with a stash. What is put back at the front does not need room.</summary>
public class BoundedDequeMessageQueue(int boundedCapacity, TimeSpan pushTimeOut)
    : DequeWrapperMessageQueue(new BoundedMessageQueue(boundedCapacity, pushTimeOut)), IBoundedDequeBasedMessageQueueSemantics
{
    public TimeSpan PushTimeOut { get; } = pushTimeOut;
}
