using System.Collections.Immutable;
using ActorBroker.Messages;
using Akka.Configuration;

namespace ActorBroker.Client.Consuming;

/// <summary>actorbroker.client.consumer and the options of one consumer, put together. reference.conf documents each.</summary>
/// <param name="GroupId">"" for none.</param>
/// <param name="InstanceId">"" for none.</param>
/// <param name="CommitInterval">Null: only when the application says so.</param>
/// <param name="Assignors">Kafka's names, the preferred first.</param>
internal sealed record ConsumerSettings(
    string GroupId,
    string InstanceId,
    string ClientId,
    Delivery Delivery,
    TimeSpan? CommitInterval,
    OffsetReset OffsetReset,
    int BufferBytes,
    TimeSpan SessionTimeout,
    TimeSpan HeartbeatInterval,
    TimeSpan RebalanceTimeout,
    ImmutableArray<string> Assignors)
{
    public const int BufferBytesMin = 64 * ByteSizes.KiB;

    /// <summary>A stream's share of the buffer: below, small reads cost more than they bring; above, nothing gets faster.</summary>
    public const int ShareBytesMin = 64 * ByteSizes.KiB;

    /// <inheritdoc cref="ShareBytesMin"/>
    public const int ShareBytesMax = 4 * ByteSizes.MiB;

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public Func<ImmutableArray<TopicPartition>, Task>? OnAssigned { get; init; }

    public Func<PartitionsRevoked, Task>? OnRevoked { get; init; }

    /// <summary>A rebalance waits until the record in hand was processed. False where <see cref="OnRevoked"/> takes care of that.</summary>
    public bool WaitsForApplication { get; init; } = true;

    public bool HasGroup => GroupId.Length > 0;

    /// <summary>Positions are committed without the application's asking.</summary>
    public bool CommitsItself => HasGroup && (CommitInterval is not null || Delivery == Delivery.AtMostOnce);

    public int ShareBytes(int partitions) => Math.Clamp(BufferBytes / Math.Max(1, partitions), ShareBytesMin, ShareBytesMax);

    /// <exception cref="ConfigurationException">A setting cannot be used; the message names key and value.</exception>
    /// <exception cref="ArgumentException">An option cannot be used.</exception>
    public static ConsumerSettings Read<TKey, TValue>(Config config, string clientId, ConsumerOptions<TKey, TValue> options)
    {
        var at = new ClientConfig(config, ClientSettings.Path).At("consumer");
        var preferred = options.Assignor ?? OneOf<GroupAssignor>(at, "assignor");
        var settings = new ConsumerSettings(
            options.GroupId ?? "",
            options.InstanceId ?? "",
            options.ClientId ?? clientId,
            options.Delivery,
            options.CommitMode is { } mode ? mode.Interval : at.Duration("commit-interval", Shortest, Longest),
            options.OffsetReset ?? OneOf<OffsetReset>(at, "offset-reset"),
            options.BufferBytes ?? (int)at.Bytes("buffer-bytes", BufferBytesMin, int.MaxValue),
            options.SessionTimeout ?? at.Duration("session-timeout", Shortest, Longest),
            options.HeartbeatInterval ?? at.Duration("heartbeat-interval", Shortest, Longest),
            options.RebalanceTimeout ?? at.Duration("rebalance-timeout", Shortest, Longest),
            [.. new[] { preferred, GroupAssignor.Range, GroupAssignor.RoundRobin }.Select(Consuming.Assignors.NameOf).Distinct(StringComparer.Ordinal)])
        {
            OnAssigned = options.OnAssigned,
            OnRevoked = options.OnRevoked,
        };
        settings.Verify();
        return settings;
    }

    private static T OneOf<T>(ClientConfig at, string name)
        where T : struct, Enum =>
        Enum.TryParse<T>(at.Text(name).Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var value) && Enum.IsDefined(value)
            ? value
            : throw new ConfigurationException($"{at.Full(name)} = {at.Text(name)} is none of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}.");

    private void Verify()
    {
        if (BufferBytes < BufferBytesMin)
        {
            throw new ArgumentException($"BufferBytes is {BufferBytes}; it is {BufferBytesMin} at least.");
        }

        if (HeartbeatInterval < Shortest || HeartbeatInterval >= SessionTimeout)
        {
            throw new ArgumentException($"HeartbeatInterval is {HeartbeatInterval}; it is shorter than SessionTimeout, {SessionTimeout}.");
        }

        if (RebalanceTimeout < Shortest)
        {
            throw new ArgumentException($"RebalanceTimeout is {RebalanceTimeout}; it is {Shortest} at least.");
        }

        if (!HasGroup && (Delivery == Delivery.AtMostOnce || InstanceId.Length > 0))
        {
            throw new ArgumentException("AtMostOnce and InstanceId need a GroupId.");
        }
    }
}
