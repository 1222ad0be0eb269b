using ActorBroker.Messages;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Controller;

/// <summary>What the parts of a leading controller share: the state that they decide on, and the way to change it.</summary>
/// <remarks>Owner: the <see cref="ControllerActor"/>; used on its thread alone, and only while its node leads the metadata log.</remarks>
internal interface ILeadership
{
    ControllerSettings Settings { get; }

    /// <summary>With everything that has been proposed, committed or not: new decisions are made on it.</summary>
    MetadataState Tip { get; }

    /// <summary>With everything that is committed, as everybody sees it.</summary>
    ClusterImage Committed { get; }

    ClusterPeers Peers { get; }

    /// <summary>Whether the node's replica of the metadata has answered this leader within the last half second. The cluster's failure detector takes
    /// seconds to say that a node is gone.</summary>
    bool IsHeard(NodeId node);

    ILoggingAdapter Log { get; }

    /// <summary>A reading of the node's clock, to be compared with others of the same node.</summary>
    TimeSpan Now { get; }

    /// <summary>Puts events into the metadata log, all or none.</summary>
    /// <param name="done">Called once: true when they are committed and in the image, false when that is not known any more because this
    /// node leads no longer, or when nothing could be proposed now.</param>
    void Propose(IReadOnlyList<IMetadataEvent> events, Action<bool>? done = null);

    /// <summary>Answers a command that came from this node or from another.</summary>
    void Reply(in CommandSender sender, IReply reply);
}

/// <summary>Who waits for a command's reply.</summary>
/// <param name="Call">Of a <see cref="ForwardedCommand"/>; −1 for a command that came from this node itself.</param>
internal readonly record struct CommandSender(IActorRef Client, long Call);
