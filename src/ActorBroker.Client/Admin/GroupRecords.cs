using System.Collections.Immutable;
using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Client;

/// <summary>A consumer group in a list.</summary>
/// <param name="State">Kafka's name: Empty, PreparingRebalance, CompletingRebalance, Stable, Dead.</param>
public sealed record GroupSummary(string GroupId, string ProtocolType, string State);

/// <summary>A consumer group. One that does not exist is Dead.</summary>
/// <param name="ProtocolName">How partitions are shared out; "" while nobody is a member.</param>
public sealed record GroupDescription(string GroupId, string State, string ProtocolType, string ProtocolName, ImmutableArray<GroupMember> Members);

/// <summary>A member of a group.</summary>
/// <param name="InstanceId">Of a static member; "" for the others.</param>
/// <param name="Topics">What it has subscribed to.</param>
/// <param name="Partitions">What it is to read. Empty also for a group whose protocol is not the consumers'.</param>
public sealed record GroupMember(
    string MemberId, string InstanceId, string ClientId, string ClientHost, ImmutableArray<string> Topics, ImmutableArray<TopicPartition> Partitions);

/// <summary>How far a group has come in a partition.</summary>
/// <param name="Offset">Of the next record to read.</param>
/// <param name="Epoch">Leadership of the last record read; <see cref="LeaderEpoch.None"/> when unknown.</param>
/// <param name="Metadata">What the consumer wanted to be kept with it.</param>
public sealed record CommittedOffset(Offset Offset, LeaderEpoch Epoch, string Metadata);
