using Akka.Actor;

namespace ActorBroker.Controller;

/// <summary>Stands in for a controller that has stopped: refuses every command with the reason.</summary>
internal sealed class StoppedControllerActor : ReceiveActor
{
    public StoppedControllerActor(string reason) =>
        Receive<IControllerCommand>(command => Sender.Tell(new ControllerRefused(command.Id, ControllerError.StorageFailed, reason)));
}
