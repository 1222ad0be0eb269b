namespace Akka.Persistence;

/// <summary>A persistent actor that looks at each message by itself and says whether it knows it.</summary>
public abstract class PersistentActor : Eventsourced
{
    protected override bool Receive(object message) => ReceiveCommand(message);
}
