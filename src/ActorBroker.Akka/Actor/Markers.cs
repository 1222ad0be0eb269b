namespace Akka.Actor;

/// <summary>Handled by the runtime before the actor sees it.</summary>
public interface IAutoReceivedMessage
{
}

/// <summary>May stop an actor: not let in from a host that is not trusted.</summary>
public interface IPossiblyHarmful
{
}

/// <summary>Does not count as activity for the receive timeout.</summary>
public interface INotInfluenceReceiveTimeout
{
}

/// <summary>Left out when <c>akka.actor.serialize-messages</c> checks that messages can be serialized.</summary>
public interface INoSerializationVerificationNeeded
{
}

/// <summary>A message around another one.</summary>
public interface IWrappedMessage
{
    object Message { get; }
}
