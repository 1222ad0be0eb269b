using System.Buffers.Binary;
using ActorBroker.Cli.Client;
using ActorBroker.Kafka;
using ActorBroker.Log;

namespace ActorBroker.Cli.Bench;

/// <summary>Sends single records that say when they were due, to the partitions of one connection in turns.</summary>
internal sealed class LatencySender(BenchLink link, Cluster cluster, string topic, LatencySettings settings, byte[] mark, Workload load)
    : RequestLane(link.Connection, cluster.Options.Clock, load, settings.InFlight, new LatencyHistogram())
{
    private readonly TimeProvider _clock = cluster.Options.Clock;
    private readonly short _version = link.Connection.VersionOf(ApiKey.Produce);
    private readonly byte[] _value = [.. mark, .. new byte[settings.RecordBytes - mark.Length]];

    protected override bool HasAnswers => settings.Acks != 0;

    protected override int RecordsPerRequest => 1;

    protected override void Stage(long number, int records, TimeSpan late)
    {
        var due = _clock.GetTimestamp() - (long)(late.TotalSeconds * _clock.TimestampFrequency);
        BinaryPrimitives.WriteInt64BigEndian(_value.AsSpan(mark.Length), due);
        var writer = new BatchWriter();
        writer.Add(_clock.GetUtcNow().ToUnixTimeMilliseconds(), NullableBytes.Null, _value);
        var frame = new ProduceFrame(_version, topic, settings.Acks, cluster.Options.RequestTimeout, writer.ToArray());
        var copy = new byte[frame.Length];
        frame.WriteTo(copy);
        frame.Aim(copy, (int)(number & int.MaxValue), link.Partitions[(int)(number % link.Partitions.Count)]);
        Connection.Send(copy);
    }

    /// <summary>Each has left when it was staged: the next one must not hold it up.</summary>
    protected override void Send()
    {
    }

    protected override void Look(long number, ReadOnlyMemory<byte> frame) =>
        ProduceFrame.ThrowIfRefused(frame, _version, (int)(number & int.MaxValue), topic, Connection.Broker);
}
