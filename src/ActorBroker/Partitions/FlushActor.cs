using ActorBroker.Log;
using Akka.Actor;

namespace ActorBroker.Partitions;

/// <summary>Command: make the ticket's data durable. Answered by <see cref="Flushed"/> or <see cref="FlushFailed"/>.</summary>
internal sealed record RunFlush(FlushTicket Ticket);

/// <summary>Reply: the ticket's data is on the disk.</summary>
internal sealed record Flushed(FlushTicket Ticket);

/// <summary>Reply: the disk refused. What is durable is unknown.</summary>
internal sealed record FlushFailed(FlushTicket Ticket, LogIOException Cause);

/// <summary>Runs flushes, one at a time, on the I/O dispatcher: the one place where the broker waits for a disk.</summary>
internal sealed class FlushActor : ReceiveActor
{
    public FlushActor() => Receive<RunFlush>(command =>
    {
        try
        {
            command.Ticket.Run();
            Sender.Tell(new Flushed(command.Ticket));
        }
        catch (LogIOException cause)
        {
            Sender.Tell(new FlushFailed(command.Ticket, cause));
        }
    });
}
