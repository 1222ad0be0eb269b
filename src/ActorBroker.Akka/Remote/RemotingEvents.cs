using Akka.Actor;
using Akka.Event;

namespace Akka.Remote;

/// <summary>Something happened between systems; published on the event stream.</summary>
public abstract class RemotingLifecycleEvent
{
    public abstract LogLevel LogLevel();
}

/// <summary>This system can be reached.</summary>
public sealed class RemotingListenEvent(IList<Address> listenAddresses) : RemotingLifecycleEvent
{
    public IList<Address> ListenAddresses { get; } = listenAddresses;

    public override LogLevel LogLevel() => Event.LogLevel.InfoLevel;

    public override string ToString() => $"Remoting now listens on addresses: [{string.Join(",", ListenAddresses)}]";
}

/// <summary>This system can no longer be reached.</summary>
public sealed class RemotingShutdownEvent : RemotingLifecycleEvent
{
    public override LogLevel LogLevel() => Event.LogLevel.InfoLevel;

    public override string ToString() => "Remoting shut down";
}

/// <summary>About a connection between two systems.</summary>
public abstract class AssociationEvent : RemotingLifecycleEvent
{
    public abstract Address LocalAddress { get; protected set; }

    public abstract Address RemoteAddress { get; protected set; }

    /// <summary>The other side has connected.</summary>
    public abstract bool IsInbound { get; protected set; }
}

/// <summary>Two systems know each other.</summary>
public sealed class AssociatedEvent(Address localAddress, Address remoteAddress, bool inbound) : AssociationEvent
{
    public override Address LocalAddress { get; protected set; } = localAddress;

    public override Address RemoteAddress { get; protected set; } = remoteAddress;

    public override bool IsInbound { get; protected set; } = inbound;

    public override LogLevel LogLevel() => Event.LogLevel.DebugLevel;

    public override string ToString() => $"Associated [{LocalAddress}] {(IsInbound ? "<-" : "->")} {RemoteAddress}";
}

/// <summary>The connection is over.</summary>
public sealed class DisassociatedEvent(Address localAddress, Address remoteAddress, bool inbound) : AssociationEvent
{
    public override Address LocalAddress { get; protected set; } = localAddress;

    public override Address RemoteAddress { get; protected set; } = remoteAddress;

    public override bool IsInbound { get; protected set; } = inbound;

    public override LogLevel LogLevel() => Event.LogLevel.DebugLevel;

    public override string ToString() => $"Disassociated [{LocalAddress}] {(IsInbound ? "<-" : "->")} {RemoteAddress}";
}

/// <summary>There is no connection, or it broke.</summary>
public sealed class AssociationErrorEvent(Exception cause, Address localAddress, Address remoteAddress, bool inbound, LogLevel level) : AssociationEvent
{
    public Exception Cause { get; } = cause;

    public override Address LocalAddress { get; protected set; } = localAddress;

    public override Address RemoteAddress { get; protected set; } = remoteAddress;

    public override bool IsInbound { get; protected set; } = inbound;

    public override LogLevel LogLevel() => level;

    public override string ToString() =>
        $"AssociationError [{LocalAddress}] {(IsInbound ? "<-" : "->")} {RemoteAddress}: Error [{Cause.Message}]";
}

/// <summary>That life of that system is not spoken to any more.</summary>
public sealed class QuarantinedEvent(Address address, int uid) : RemotingLifecycleEvent
{
    public Address Address { get; } = address;

    public int Uid { get; } = uid;

    public override LogLevel LogLevel() => Event.LogLevel.WarningLevel;

    public override string ToString() =>
        $"Association to [{Address}] having UID [{Uid}] is irrecoverably failed. UID is now quarantined and all messages to this UID will be "
        + "delivered to dead letters. Remote ActorSystem must be restarted to recover from this situation.";
}

/// <summary>The other system does not speak to this one any more.</summary>
public sealed class ThisActorSystemQuarantinedEvent(Address localAddress, Address remoteAddress) : RemotingLifecycleEvent
{
    public Address LocalAddress { get; } = localAddress;

    public Address RemoteAddress { get; } = remoteAddress;

    public override LogLevel LogLevel() => Event.LogLevel.WarningLevel;

    public override string ToString() => $"The remote system {RemoteAddress} has quarantined this system {LocalAddress}.";
}
