using System.Collections.Immutable;
using ActorBroker.Client.Cluster;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using Akka.Actor;

namespace ActorBroker.Client;

/// <summary>
/// Administration of the cluster. Each method takes a timeout for all that it does (null: <see cref="ClientSettings.RequestTimeout"/>);
/// what a node cannot do for the moment is tried again until then.
/// </summary>
/// <remarks>Safe from any thread. All methods fail with <see cref="BrokerException"/>: <see cref="BrokerUnavailableException"/> when no node
/// answers, <see cref="BrokerTimeoutException"/> when the outcome is unknown, or the broker's refusal.</remarks>
public sealed class BrokerAdmin
{
    private readonly ClusterAccess _cluster;
    private readonly LeaderRequests _leaders;
    private readonly GroupAdmin _groups;

    internal BrokerAdmin(ClusterAccess cluster, IScheduler scheduler)
    {
        _cluster = cluster;
        _leaders = new LeaderRequests(cluster, scheduler);
        _groups = new GroupAdmin(cluster, scheduler);
    }

    /// <summary>Creates a topic, and waits until its partitions have leaders.</summary>
    /// <param name="isValidateOnly">Only say whether it could be done.</param>
    /// <exception cref="TopicExistsException">There is one of that name.</exception>
    public Task CreateTopicAsync(NewTopic topic, bool isValidateOnly = false, TimeSpan? timeout = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        var configs = (topic.Configs ?? ImmutableDictionary<string, string>.Empty).ToImmutableDictionary(StringComparer.Ordinal);
        return Do(new CreateTopic(topic.Name, topic.Partitions, topic.ReplicationFactor, configs, isValidateOnly, NodeTimeoutMs(timeout)), timeout, ct);
    }

    /// <summary>Deletes a topic and its records.</summary>
    /// <exception cref="UnknownTopicOrPartitionException">There is none of that name.</exception>
    public Task DeleteTopicAsync(string topic, TimeSpan? timeout = null, CancellationToken ct = default) =>
        Do(new DeleteTopic(topic, NodeTimeoutMs(timeout)), timeout, ct);

    /// <summary>Gives a topic more partitions. Keys go to other partitions from then on.</summary>
    /// <param name="partitionsTotal">More than it has.</param>
    /// <param name="isValidateOnly">Only say whether it could be done.</param>
    public Task AddPartitionsAsync(
        string topic, int partitionsTotal, bool isValidateOnly = false, TimeSpan? timeout = null, CancellationToken ct = default) =>
        Do(new AddPartitions(topic, partitionsTotal, isValidateOnly, NodeTimeoutMs(timeout)), timeout, ct);

    /// <summary>Describes topics, in the order of their names here.</summary>
    /// <exception cref="UnknownTopicOrPartitionException">One of them does not exist.</exception>
    public async Task<IReadOnlyList<TopicDescription>> DescribeTopicsAsync(
        IReadOnlyCollection<string> topics, TimeSpan? timeout = null, CancellationToken ct = default)
    {
        var reply = await Describe([.. topics], timeout, ct).ConfigureAwait(false);
        var byName = reply.Topics.ToDictionary(topic => topic.Name, StringComparer.Ordinal);
        return [.. topics.Select(name => byName.TryGetValue(name, out var topic)
            ? Known(topic)
            : throw new UnknownTopicOrPartitionException($"There is no topic {name}."))];
    }

    /// <summary>All topics, by name.</summary>
    /// <param name="withInternal">Also the broker's own.</param>
    public async Task<IReadOnlyList<TopicDescription>> ListTopicsAsync(
        bool withInternal = false, TimeSpan? timeout = null, CancellationToken ct = default)
    {
        var reply = await Describe(null, timeout, ct).ConfigureAwait(false);
        return [.. reply.Topics.Where(topic => withInternal || !topic.IsInternal).OrderBy(topic => topic.Name, StringComparer.Ordinal).Select(Description)];
    }

    /// <summary>All settings of a topic.</summary>
    public async Task<IReadOnlyList<ConfigEntry>> DescribeConfigsAsync(string topic, TimeSpan? timeout = null, CancellationToken ct = default)
    {
        var reply = await Ask<TopicConfigsDescribed>(new DescribeTopicConfigs(topic), timeout, ct).ConfigureAwait(false);
        return [.. reply.Configs.Select(config => new ConfigEntry(config.Name, config.Value, config.IsDefault))];
    }

    /// <summary>Changes settings of a topic; what is not named stays.</summary>
    /// <param name="set">New values by name; null: none.</param>
    /// <param name="reset">Settings that go back to the cluster's defaults; null: none.</param>
    /// <param name="isValidateOnly">Only say whether it could be done.</param>
    /// <exception cref="BrokerException">InvalidConfig: nothing was changed.</exception>
    public Task AlterConfigsAsync(
        string topic,
        IReadOnlyDictionary<string, string>? set = null,
        IReadOnlyCollection<string>? reset = null,
        bool isValidateOnly = false,
        TimeSpan? timeout = null,
        CancellationToken ct = default)
    {
        var values = (set ?? ImmutableDictionary<string, string>.Empty).ToImmutableDictionary(StringComparer.Ordinal);
        return Do(new AlterTopic(topic, values, [.. reset ?? []], isValidateOnly), timeout, ct);
    }

    /// <summary>Forgets the records of a partition before an offset.</summary>
    /// <param name="before"><see cref="Offset.None"/>: all that there are.</param>
    /// <returns>Where the partition begins now.</returns>
    /// <exception cref="OffsetOutOfRangeException">The partition is shorter.</exception>
    public async Task<Offset> DeleteRecordsAsync(TopicPartition partition, Offset before, TimeSpan? timeout = null, CancellationToken ct = default)
    {
        var reply = await _leaders.Ask<RecordsForgotten>(partition, new ForgetRecords(partition, before), Whole(timeout), ct).ConfigureAwait(false);
        return reply.LogStart;
    }

    /// <summary>Where partitions begin, end, or have the first record of a time.</summary>
    /// <exception cref="UnknownTopicOrPartitionException">One of them does not exist.</exception>
    public async Task<IReadOnlyDictionary<TopicPartition, FoundOffset>> OffsetsAsync(
        IReadOnlyCollection<TopicPartition> partitions, OffsetSpec spec, TimeSpan? timeout = null, CancellationToken ct = default)
    {
        var found = await _leaders.FindOffsets(partitions, spec.Kind, spec.TimestampMs, Whole(timeout), ct).ConfigureAwait(false);
        return found.ToDictionary(
            pair => pair.Key,
            pair => new FoundOffset(pair.Value.Offset, pair.Value.TimestampMs < 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(pair.Value.TimestampMs)));
    }

    /// <summary>The nodes.</summary>
    public async Task<ClusterDescription> DescribeClusterAsync(TimeSpan? timeout = null, CancellationToken ct = default)
    {
        var reply = await Describe([], timeout, ct).ConfigureAwait(false);
        return new ClusterDescription(reply.ClusterId, reply.Controller, [.. reply.Nodes.OrderBy(node => node.Id.Value)
            .Select(node => new NodeDescription(node.Id, node.AkkaAddress, node.KafkaHost, node.KafkaPort, node.Rack))]);
    }

    /// <summary>All groups, by name.</summary>
    public Task<IReadOnlyList<GroupSummary>> ListGroupsAsync(TimeSpan? timeout = null, CancellationToken ct = default) =>
        _groups.List(Whole(timeout), ct);

    /// <summary>A group and its members; one that does not exist is in state Dead.</summary>
    public Task<GroupDescription> DescribeGroupAsync(string groupId, TimeSpan? timeout = null, CancellationToken ct = default) =>
        _groups.Describe(groupId, Whole(timeout), ct);

    /// <summary>Deletes a group and its offsets.</summary>
    /// <exception cref="GroupException">It has members (NonEmptyGroup), or does not exist (GroupNotFound).</exception>
    public Task DeleteGroupAsync(string groupId, TimeSpan? timeout = null, CancellationToken ct = default) =>
        _groups.Delete(groupId, Whole(timeout), ct);

    /// <summary>How far a group has come. Partitions without an offset are not in the answer.</summary>
    /// <param name="partitions">Null: all it has offsets of.</param>
    public Task<IReadOnlyDictionary<TopicPartition, CommittedOffset>> GroupOffsetsAsync(
        string groupId, IReadOnlyCollection<TopicPartition>? partitions = null, TimeSpan? timeout = null, CancellationToken ct = default) =>
        _groups.Offsets(groupId, partitions, Whole(timeout), ct);

    /// <summary>Says where a group goes on reading. Creates the group when there is none.</summary>
    /// <exception cref="GroupException">It has members.</exception>
    public Task AlterGroupOffsetsAsync(
        string groupId, IReadOnlyDictionary<TopicPartition, Offset> offsets, TimeSpan? timeout = null, CancellationToken ct = default) =>
        _groups.Alter(groupId, offsets, Whole(timeout), ct);

    /// <summary>Forgets how far a group has come in partitions.</summary>
    /// <exception cref="GroupException">A member reads that topic (SubscribedToTopic), or there is no such group (GroupNotFound).</exception>
    public Task DeleteGroupOffsetsAsync(
        string groupId, IReadOnlyCollection<TopicPartition> partitions, TimeSpan? timeout = null, CancellationToken ct = default) =>
        _groups.DeleteOffsets(groupId, partitions, Whole(timeout), ct);

    private static TopicDescription Known(ClusterTopic topic) => topic.Error is SessionError.None or SessionError.LeaderNotAvailable
        ? Description(topic)
        : throw SessionErrors.ToException(topic.Error, topic.Error == SessionError.UnknownTopicOrPartition
            ? $"There is no topic {topic.Name}."
            : $"Topic {topic.Name} cannot be described: {topic.Error}.");

    private static TopicDescription Description(ClusterTopic topic) => new(
        topic.Name, topic.Id, topic.IsInternal, [.. topic.Partitions.Select(p => new PartitionDescription(p.Number, p.Leader, p.Epoch, p.Replicas))]);

    private Task<ClusterDescribed> Describe(ImmutableArray<string>? topics, TimeSpan? timeout, CancellationToken ct) =>
        Ask<ClusterDescribed>(new DescribeCluster(topics, CreateMissing: false), timeout, ct);

    private Task<RequestDone> Do(ISessionRequest request, TimeSpan? timeout, CancellationToken ct) => Ask<RequestDone>(request, timeout, ct);

    private Task<TReply> Ask<TReply>(ISessionRequest request, TimeSpan? timeout, CancellationToken ct)
        where TReply : ISessionReply => _cluster.AskAnyAsync<TReply>(request, Whole(timeout), ct);

    private TimeSpan Whole(TimeSpan? timeout) => timeout ?? _cluster.Settings.RequestTimeout;

    /// <summary>Somewhat less than the client waits, so that the node's own word about it still comes.</summary>
    private int NodeTimeoutMs(TimeSpan? timeout) => (int)Math.Clamp(Whole(timeout).TotalMilliseconds * 0.9, 1, int.MaxValue);
}
