using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using Akka.Actor;

namespace ActorBroker.Client.Cluster;

/// <summary>Message inside of the client; never leaves the process.</summary>
internal interface IClusterMessage : INoSerializationVerificationNeeded;

/// <summary>Command: complete <paramref name="Done"/> with a view that has these topics and is newer than <paramref name="OlderThan"/>.</summary>
/// <param name="Topics">Null: all.</param>
internal sealed record RefreshView(
    long Id, IReadOnlyCollection<string>? Topics, bool CreateMissing, long OlderThan, TaskCompletionSource<ClusterView> Done) : IClusterMessage;

/// <summary>Command: carry out a request, with all its attempts.</summary>
internal sealed record BeginRequest(long Id, RequestPlan Plan) : IClusterMessage;

/// <summary>Command: nobody waits for that refresh or request any more.</summary>
internal sealed record Abandon(long Id) : IClusterMessage;

/// <summary>What a request is, and whom its outcome is told.</summary>
/// <param name="ReplyType">Of the answer that is a success.</param>
/// <param name="Node"><see cref="NodeId.None"/>: any.</param>
/// <param name="Timeout">For all attempts together.</param>
internal sealed record RequestPlan(
    ISessionRequest Request, Type ReplyType, NodeId Node, TimeSpan Timeout, Action<ISessionReply> Succeed, Action<BrokerException> Fail);
