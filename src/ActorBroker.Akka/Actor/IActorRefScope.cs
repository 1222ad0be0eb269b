namespace Akka.Actor;

/// <summary>Tells whether messages to the reference stay in this process.</summary>
public interface IActorRefScope
{
    bool IsLocal { get; }
}
