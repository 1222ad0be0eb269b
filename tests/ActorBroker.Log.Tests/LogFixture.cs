using System.Text;
using ActorBroker.Testing;

namespace ActorBroker.Log.Tests;

/// <summary>A disk, a clock, and one log on it; words for the story a test tells.</summary>
public sealed class LogFixture
{
    public const string Folder = "/data/topic-0";

    public static readonly LogSettings Small = new(
        SegmentBytes: 4096, SegmentAge: TimeSpan.FromDays(7), IndexIntervalBytes: 256, BatchBytesMax: 4096, ProducerExpiry: TimeSpan.FromHours(1));

    public MemoryDisk Disk { get; set; } = new();

    public ManualClock Clock { get; } = new();

    public LogSettings Settings { get; set; } = Small;

    public static LeaderEpoch Epoch(int value) => new(value);

    public static Offset At(long value) => new(value);

    public static string PathOf(string name) => Path.Combine(Folder, name);

    public static string LogName(long baseOffset) => SegmentFileName.Of(new Offset(baseOffset), SegmentFileName.Log);

    public static string LogPath(long baseOffset) => PathOf(LogName(baseOffset));

    public static string IndexPath(long baseOffset) => PathOf(SegmentFileName.Of(new Offset(baseOffset), SegmentFileName.OffsetIndex));

    public static string TimeIndexPath(long baseOffset) => PathOf(SegmentFileName.Of(new Offset(baseOffset), SegmentFileName.TimeIndex));

    public static string SnapshotPath(long offset) => PathOf(SegmentFileName.Of(new Offset(offset), SegmentFileName.ProducerSnapshot));

    public PartitionLog Open() => PartitionLog.Open(Disk, Folder, Settings, Clock);

    /// <summary>A batch of records with these values, all of one time.</summary>
    public static byte[] Batch(long timestampMs, params string[] values)
    {
        var writer = new BatchWriter();
        foreach (var value in values) writer.Add(timestampMs, NullableBytes.Null, Encoding.UTF8.GetBytes(value));
        return writer.ToArray();
    }

    /// <summary>A batch of records without a time.</summary>
    public static byte[] Batch(params string[] values) => Batch(-1, values);

    /// <summary>A batch of one record that makes it exactly so many bytes large.</summary>
    public static byte[] BatchOf(int bytes, long timestampMs = -1)
    {
        for (var valueBytes = Math.Max(0, bytes - 80); ; valueBytes++)
        {
            var writer = new BatchWriter();
            writer.Add(timestampMs, NullableBytes.Null, Enumerable.Repeat((byte)'v', valueBytes).ToArray());
            var batch = writer.ToArray();
            if (batch.Length == bytes) return batch;
            if (batch.Length > bytes) throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "no value gives that size");
        }
    }

    /// <summary>A batch of 100 bytes with one record, "v" and a number.</summary>
    public static byte[] Hundred(int number, long timestampMs = -1)
    {
        var batch = Batch(timestampMs, $"v{number} ".PadRight(32, '.'));
        Assert.Equal(100, batch.Length);
        return batch;
    }

    /// <summary>An open log with batches 0, 1, 2… of 100 bytes and one record each.</summary>
    public PartitionLog Written(int count, bool flush = true)
    {
        var log = Open();
        for (var i = 0; i < count; i++) log.Append(Hundred(i), Epoch(1));
        if (flush) log.Flush();
        return log;
    }

    /// <summary>A batch of an idempotent producer.</summary>
    public static byte[] Produced(long producerId, short producerEpoch, int baseSequence, int recordCount = 1)
    {
        var writer = new BatchWriter { ProducerId = producerId, ProducerEpoch = producerEpoch, BaseSequence = baseSequence };
        for (var i = 0; i < recordCount; i++) writer.Add(-1, NullableBytes.Null, new byte[] { (byte)i });
        return writer.ToArray();
    }

    /// <summary>Every record from an offset to the end, as text, by as many reads as it takes.</summary>
    public static string[] ValuesFrom(PartitionLog log, Offset from, Offset? end = null, int bytesMax = 1 << 20)
    {
        var values = new List<string>();
        var stop = end ?? log.Offsets.End;
        var next = from;
        while (next < stop)
        {
            var read = log.Read(next, stop, bytesMax, firstBatchWhole: true);
            Assert.Equal(ReadOutcome.Ok, read.Outcome);
            Assert.NotNull(read.Batches);
            using (read.Batches)
            {
                foreach (var (offset, value) in Records(read.Batches.Bytes.Span))
                {
                    if (offset >= from) values.Add(value);
                }
            }

            Assert.True(read.Next > next);
            next = read.Next;
        }

        return [.. values];
    }

    /// <summary>Offsets and values of whole batches back to back; their CRCs are checked.</summary>
    public static List<(Offset Offset, string Value)> Records(ReadOnlySpan<byte> batches)
    {
        var found = new List<(Offset, string)>();
        while (!batches.IsEmpty)
        {
            Assert.Equal(BatchError.None, BatchView.Read(batches, int.MaxValue, out var batch));
            using var records = new RecordReader(batch);
            while (records.MoveNext()) found.Add((records.Current.Offset, Encoding.UTF8.GetString(records.Current.Value.Span)));
            Assert.Equal(BatchError.None, records.Error);
            batches = batches[batch.SizeInBytes..];
        }

        return found;
    }

    /// <summary>Flips one byte of a file, durably.</summary>
    public void Damage(string path, long position)
    {
        using var file = Disk.Open(path);
        Span<byte> one = stackalloc byte[1];
        Assert.Equal(1, file.Read(one, position));
        one[0] ^= 0x40;
        file.Write(one, position);
        file.Flush();
    }

    /// <summary>Replaces a file's bytes, durably.</summary>
    public void Overwrite(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = Disk.Open(path);
        file.SetLength(0);
        file.Write(bytes, 0);
        file.Flush();
        Disk.FlushFolder(Folder);
    }

    public void Cut(string path, long length)
    {
        using var file = Disk.Open(path);
        file.SetLength(length);
        file.Flush();
    }

    public void Crash(CrashKind kind = CrashKind.LoseNothing, int seed = 1) => Disk.Crash(kind, new Random(seed));
}
