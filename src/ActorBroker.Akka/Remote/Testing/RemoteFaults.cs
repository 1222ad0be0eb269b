using System.Collections.Concurrent;
using Akka.Actor;

namespace Akka.Remote.Testing;

/// <summary>Faults of the network between this system and others, for tests: only with <c>akka.remote.testing.faults = on</c>.</summary>
/// <remarks>Any thread. Faults go by host and port of the other system's address, whichever life of it is there. A blackhole drops whole
/// frames. Neither this side nor, when it has the same fault the other way round, the other side sees a connection end; what it lost it has
/// lost. When frames pass again, connections that could not introduce themselves are closed, so that new ones are opened at once.
/// A delay holds up each read or write, one after the other: a frame is late by at least the delay, in a stream by up to twice as much.</remarks>
internal sealed class RemoteFaults
{
    private readonly ConcurrentDictionary<(string Host, int Port), PeerFaults> _peers = new();

    /// <exception cref="InvalidOperationException">The system has no faults, or no remoting.</exception>
    public static RemoteFaults For(ActorSystem system) =>
        ((ExtendedActorSystem)system).Provider is RemoteActorRefProvider { Remoting.Faults: { } faults }
            ? faults
            : throw new InvalidOperationException($"{system.Name} takes no faults: it needs akka.actor.provider = remote and akka.remote.testing.faults = on");

    /// <summary>From now on nothing goes to that system, or nothing comes from there.</summary>
    public void Blackhole(string host, int port, FaultDirection direction) => Each(host, port, direction, fault => fault.Blackhole());

    /// <summary>From now on what goes there, or comes from there, is late. Does not end a blackhole.</summary>
    public void Delay(string host, int port, FaultDirection direction, TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        Each(host, port, direction, fault => fault.HoldUp(delay));
    }

    /// <summary>Ends blackhole and delay.</summary>
    public void PassThrough(string host, int port, FaultDirection direction) => Each(host, port, direction, fault => fault.PassThrough());

    /// <summary>What a connection looks at; the same object for as long as the system lives.</summary>
    public PeerFaults Of(Address address) => Of(address.Host ?? "", address.Port ?? 0);

    private PeerFaults Of(string host, int port) => _peers.GetOrAdd((host, port), static _ => new PeerFaults());

    private void Each(string host, int port, FaultDirection direction, Action<LinkFault> change)
    {
        var peer = Of(host, port);
        if (direction.HasFlag(FaultDirection.Send))
        {
            change(peer.Send);
        }

        if (direction.HasFlag(FaultDirection.Receive))
        {
            change(peer.Receive);
        }
    }
}
