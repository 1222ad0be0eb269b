using ActorBroker.Clients.Acceptance.Programs;
using ActorBroker.Clients.Acceptance.Records;

namespace ActorBroker.Clients.Acceptance.Drivers;

/// <summary>One client library behind the few things that the suite asks of all of them.</summary>
internal abstract class ClientDriver(string name, ClientProgram program)
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    protected static readonly string[] AllCodecs = ["none", "gzip", "snappy", "lz4", "zstd"];

    public string Name { get; } = name;

    public ClientProgram Program { get; } = program;

    /// <summary>Codecs it writes and reads.</summary>
    public virtual IReadOnlyList<string> Codecs => AllCodecs;

    /// <summary>Whether it acknowledges record by record, so that tests learn partition and offset.</summary>
    public virtual bool ReportsPlaces => true;

    /// <summary>Whether the caller may choose the timestamp.</summary>
    public virtual bool SetsTimestamps => true;

    /// <summary>Whether the client's own interface lets this record through.</summary>
    public virtual bool CanSend(KafkaRecord record) => true;

    /// <summary>Starts to produce and returns; the acknowledgements arrive in <paramref name="acks"/>.</summary>
    /// <returns>Completes when the client ended; fails when a record was refused or the client did.</returns>
    public abstract Task ProduceAsync(string broker, IReadOnlyList<KafkaRecord> records, ProduceOptions options, AckLog acks);

    /// <summary>Reads every partition from its beginning to its present end, and on until so many records are there.</summary>
    public abstract Task<IReadOnlyList<KafkaRecord>> ConsumeAsync(string broker, IReadOnlyList<string> topics, int countMin = 0);

    /// <summary>Reads exactly so many records as the only member of a group, commits behind them and leaves.</summary>
    public abstract Task<IReadOnlyList<KafkaRecord>> ConsumeInGroupAsync(string broker, string group, string topic, int count);

    public override string ToString() => Name;
}
