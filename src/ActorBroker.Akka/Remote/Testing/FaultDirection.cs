namespace Akka.Remote.Testing;

/// <summary>Which way a fault of the network holds, as the system sees it that has the fault.</summary>
[Flags]
public enum FaultDirection
{
    Send = 1,
    Receive = 2,
    Both = Send | Receive,
}
