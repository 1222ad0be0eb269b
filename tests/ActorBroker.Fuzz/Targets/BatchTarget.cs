using ActorBroker.Fuzz.Running;
using ActorBroker.Log;

namespace ActorBroker.Fuzz.Targets;

/// <summary>Batches of producers, mostly with a right length and checksum, so that what lies behind is reached: counts, codecs, records.</summary>
internal sealed class BatchTarget : FuzzTarget
{
    private const int PlainBytesMax = 1 << 20;

    public override string Name => "batches";

    public override int Weight => 40;

    public override IReadOnlyList<FuzzSeed> Seeds => Batches.Seeds;

    public override byte[] Repair(FuzzSeed seed, byte[] input, Random random)
    {
        if (random.Next(8) > 0)
        {
            Batches.MakeWhole(input);
        }

        return input;
    }

    public override void Try(FuzzSeed seed, byte[] input)
    {
        Walk(input);
        if (BatchCheck.Check(input, 1 << 20, out var batch) != BatchError.None)
        {
            return;
        }

        var error = BatchCheck.CheckRecords(batch, PlainBytesMax);
        using var records = new RecordReader(batch, PlainBytesMax);
        var count = 0;
        while (records.MoveNext())
        {
            count++;
            Read(records.Current);
        }

        if (records.Error != error || (error == BatchError.None && count != batch.RecordCount))
        {
            throw new FuzzFailure($"check and reader: {error}, {records.Error} after {count} of {batch.RecordCount} records");
        }
    }

    /// <summary>What is decompressed comes on top, in buffers that double.</summary>
    public override long AllocatedMax(FuzzSeed seed, int inputBytes) => base.AllocatedMax(seed, inputBytes) + (6L * PlainBytesMax);

    private static void Walk(byte[] input)
    {
        var batches = new BatchSequence(input, 1 << 20);
        var bytes = 0L;
        while (batches.MoveNext())
        {
            bytes += batches.Current.SizeInBytes;
        }

        if (bytes > input.Length)
        {
            throw new FuzzFailure($"walk: {bytes} bytes of batches in {input.Length}");
        }
    }

    private static void Read(Log.Record record)
    {
        var bytes = record.Key.Span.Length + record.Value.Span.Length;
        foreach (var header in record.Headers)
        {
            bytes += header.Key.Length + header.Value.Span.Length;
        }

        if (bytes < 0)
        {
            throw new FuzzFailure($"record: {bytes} bytes");
        }
    }
}
