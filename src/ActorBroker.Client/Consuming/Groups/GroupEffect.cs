using System.Collections.Immutable;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Consuming;

/// <summary>What the member has to do now.</summary>
internal abstract record GroupEffect
{
    /// <summary>Nothing.</summary>
    public sealed record Nothing : GroupEffect
    {
        public static readonly Nothing Instance = new();
    }

    /// <summary>Send a request to the group.</summary>
    public sealed record Send(ISessionRequest Request) : GroupEffect;

    /// <summary>Find out how many partitions these topics have.</summary>
    public sealed record FindTopics(ImmutableArray<string> Topics) : GroupEffect;

    /// <summary>Give the partitions up, and say so.</summary>
    /// <param name="AreLost">Somebody else may have them already.</param>
    public sealed record Revoke(bool AreLost) : GroupEffect;

    /// <summary>Read these.</summary>
    public sealed record Assign(ImmutableArray<TopicPartition> Partitions) : GroupEffect;

    /// <summary>Join after a pause.</summary>
    public sealed record JoinLater : GroupEffect
    {
        public static readonly JoinLater Instance = new();
    }

    /// <summary>This member cannot be one.</summary>
    public sealed record Fail(GroupException Error) : GroupEffect;
}
