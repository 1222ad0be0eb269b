using System.Text;
using System.Text.Json;
using ActorBroker.Controller;
using ActorBroker.Controller.Replication;
using ActorBroker.Fuzz.Running;
using ActorBroker.Log;
using ActorBroker.Tests.Controller;

namespace ActorBroker.Fuzz.Targets;

/// <summary>The JSON in records of the metadata log, and what followers check of batches that come from a leader.</summary>
/// <remarks>Events that are read can be applied.</remarks>
internal sealed class MetadataTarget : FuzzTarget
{
    private static readonly MetadataState StateBefore = MetadataState.Empty.Apply(Enumerable.Range(1, 30).SelectMany(number => new RandomEvents(number).Record()), 100);

    public override string Name => "metadata";

    public override IReadOnlyList<FuzzSeed> Seeds { get; } = [.. Enumerable.Range(1, 30).Select(number => new FuzzSeed($"record-{number}", Value(new RandomEvents(number).Record())))];

    public override IReadOnlyList<byte[]> Words => JsonWords.All;

    public override void Try(FuzzSeed seed, byte[] input)
    {
        _ = MetadataStore.AreBatches(input, 0, 1, 1);
        var writer = new BatchWriter();
        writer.Add(0, NullableBytes.Null, input);
        if (BatchView.Read(writer.ToArray(), int.MaxValue, out var batch) != BatchError.None)
        {
            throw new FuzzFailure("batch: not whole");
        }

        try
        {
            _ = StateBefore.Apply(MetadataRecords.Read(batch), 101).ToSnapshot();
        }
        catch (JsonException)
        {
            // Refused, as it may be.
        }
    }

    public override long AllocatedMax(FuzzSeed seed, int inputBytes) => 10 * base.AllocatedMax(seed, inputBytes);

    private static byte[] Value(IReadOnlyList<IMetadataEvent> events)
    {
        BatchView.Read(MetadataRecords.Batch(events, 0), int.MaxValue, out var batch);
        using var records = new RecordReader(batch);
        return records.MoveNext() ? records.Current.Value.Span.ToArray() : Encoding.UTF8.GetBytes("[]");
    }
}
