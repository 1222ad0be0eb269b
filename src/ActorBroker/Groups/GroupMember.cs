using System.Collections.Immutable;
using ActorBroker.Messages;
using Akka.Actor;

namespace ActorBroker.Groups;

/// <summary>One member of a <see cref="Group"/>. Owner: the group.</summary>
internal sealed class GroupMember(string id, JoinGroup join)
{
    public string Id { get; } = id;

    public string? InstanceId { get; } = join.InstanceId;

    public string ClientId { get; } = join.ClientId;

    public string ClientHost { get; } = join.ClientHost;

    public TimeSpan SessionTimeout { get; private set; } = join.SessionTimeout;

    public TimeSpan RebalanceTimeout { get; private set; } = join.RebalanceTimeout;

    public ImmutableArray<GroupProtocol> Protocols { get; private set; } = join.Protocols;

    public byte[] Assignment { get; set; } = [];

    /// <summary>Milliseconds of the group's clock after which the member is taken for dead.</summary>
    public long ExpiresAt { get; set; }

    /// <summary>The join that waits for the others; null when none does.</summary>
    public (IActorRef Client, RequestId Id)? WaitingJoin { get; set; }

    /// <summary>The sync that waits for the leader's assignment; null when none does.</summary>
    public (IActorRef Client, RequestId Id)? WaitingSync { get; set; }

    public byte[] MetadataOf(string protocol)
    {
        foreach (var known in Protocols)
        {
            if (known.Name == protocol)
            {
                return known.Metadata;
            }
        }

        return [];
    }

    public bool Knows(string protocol) => Protocols.Any(known => known.Name == protocol);

    public bool HasSameProtocols(ImmutableArray<GroupProtocol> other) =>
        Protocols.Length == other.Length
        && Protocols.Zip(other).All(pair => pair.First.Name == pair.Second.Name && pair.First.Metadata.AsSpan().SequenceEqual(pair.Second.Metadata));

    public void Update(JoinGroup join)
    {
        Protocols = join.Protocols;
        SessionTimeout = join.SessionTimeout;
        RebalanceTimeout = join.RebalanceTimeout;
    }
}
