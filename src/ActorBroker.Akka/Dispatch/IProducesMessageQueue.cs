using Akka.Dispatch.MessageQueues;

namespace Akka.Dispatch;

/// <summary>Says which queue a mailbox type makes, so that requirements can be checked without making one.</summary>
public interface IProducesMessageQueue<TQueue>
    where TQueue : IMessageQueue
{
}

/// <summary>Says how long senders wait for room.</summary>
public interface IProducesPushTimeoutSemanticsMailbox
{
    TimeSpan PushTimeout { get; }
}
