using ActorBroker.Cli.Client;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Cli.Bench;

/// <summary>Sends one batch again and again on one connection, to the partitions in turns. Its frames lie side by side in memory, so that
/// those that leave together are one send.</summary>
internal sealed class ProduceLane : RequestLane
{
    private const int RingBytesMax = 256 * ByteSizes.KiB;   // stays in a core's cache; a larger frame is alone
    private readonly BenchLink _link;
    private readonly TimeProvider _clock;
    private readonly string _topic;
    private readonly ProduceSettings _settings;
    private readonly TimeSpan _timeout;
    private readonly short _version;
    private readonly ProduceFrame _frame;
    private readonly byte[] _ring;
    private readonly int _ringFrames;
    private int _stagedFrom;   // frames of the ring, from here to before _stagedTo
    private int _stagedTo;
    private long _turn;

    public ProduceLane(BenchLink link, Cluster cluster, string topic, ProduceSettings settings, BenchBatch batch, Workload load, LatencyHistogram times)
        : base(link.Connection, cluster.Options.Clock, load, settings.InFlight, times)
    {
        (_link, _clock, _topic, _settings, _timeout) = (link, cluster.Options.Clock, topic, settings, cluster.Options.RequestTimeout);
        _version = link.Connection.VersionOf(ApiKey.Produce);
        _frame = new ProduceFrame(_version, topic, settings.Acks, _timeout, batch.Bytes);
        _ringFrames = Math.Clamp(RingBytesMax / _frame.Length, 1, settings.InFlight);
        _ring = new byte[_ringFrames * _frame.Length];
        for (var i = 0; i < _ringFrames; i++) _frame.WriteTo(_ring.AsSpan(i * _frame.Length));
        RecordsPerRequest = batch.Records;
        BatchBytes = batch.Bytes.Length;
        _turn = (long)link.Number * settings.InFlight;
    }

    /// <summary>Bytes of whole batches that were written.</summary>
    public long Bytes { get; private set; }

    protected override bool HasAnswers => _settings.Acks != 0;

    protected override int RecordsPerRequest { get; }

    private int BatchBytes { get; }

    /// <summary>Waits until the broker has read everything, which with acks 0 nothing else tells: it answers in order.</summary>
    public void SayGoodbye()
    {
        if (HasAnswers) return;
        Connection.Send(ProduceFrame.Encode(Connection.VersionOf(ApiKey.Metadata), new MetadataRequest { Topics = [] }));
        Connection.Receive();
    }

    protected override void Stage(long number, int records, TimeSpan late)
    {
        var partition = _link.Partitions[(int)(_turn++ % _link.Partitions.Count)];
        if (records != RecordsPerRequest)
        {
            SendPart(number, records, partition);
            return;
        }

        if (_stagedTo == _ringFrames)
        {
            Send();
            (_stagedFrom, _stagedTo) = (0, 0);
        }

        _frame.Aim(_ring.AsSpan(_stagedTo++ * _frame.Length, _frame.Length), CorrelationOf(number), partition);
        Bytes += BatchBytes;
    }

    protected override void Send()
    {
        Connection.Send(_ring.AsSpan(_stagedFrom * _frame.Length, (_stagedTo - _stagedFrom) * _frame.Length));
        _stagedFrom = _stagedTo;
    }

    protected override void Look(long number, ReadOnlyMemory<byte> frame) =>
        ProduceFrame.ThrowIfRefused(frame, _version, CorrelationOf(number), _topic, Connection.Broker);

    private static int CorrelationOf(long number) => (int)(number & int.MaxValue);

    /// <summary>The last request of a load may have fewer records.</summary>
    private void SendPart(long number, int records, int partition)
    {
        Send();
        var batch = BenchBatch.Of(_settings.RecordBytes, records, _clock.GetUtcNow());
        var frame = new ProduceFrame(_version, _topic, _settings.Acks, _timeout, batch.Bytes);
        var copy = new byte[frame.Length];
        frame.WriteTo(copy);
        frame.Aim(copy, CorrelationOf(number), partition);
        Connection.Send(copy);
        Bytes += batch.Bytes.Length;
    }
}
