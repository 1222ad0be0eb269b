using Akka.Dispatch;

namespace Akka.Event;

/// <summary>The mailbox that loggers want.</summary>
public interface ILoggerMessageQueueSemantics : ISemantics
{
}
