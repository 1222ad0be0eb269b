using System.Buffers.Binary;
using System.Text;
using ActorBroker.Fuzz.Running;
using ActorBroker.Log;
using ActorBroker.Testing;

namespace ActorBroker.Fuzz.Targets;

/// <summary>One file of a partition's log is not what it was: a segment, an index, a checkpoint, a snapshot of producers.</summary>
/// <remarks>A log that opens has what was written, from its start to some end, and nothing else; what had been flushed it has to its last
/// record, or it does not open. What was not flushed may be cut.</remarks>
internal sealed class LogFilesTarget : FuzzTarget
{
    private const string Folder = "/data/orders-0";
    private const int CrcBytes = 4;

    private static readonly LogSettings Settings = new(
        SegmentBytes: 2000, SegmentAge: TimeSpan.FromDays(7), IndexIntervalBytes: 200, BatchBytesMax: 4096, ProducerExpiry: TimeSpan.FromHours(1));

    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly Dictionary<string, Life> _lives = new(StringComparer.Ordinal);

    public LogFilesTarget()
    {
        foreach (var life in new[] { Written("closed", flush: true, close: true), Written("killed", flush: true, close: false), Written("unflushed", flush: false, close: false) })
        {
            _lives.Add(life.Name, life);
        }

        var longest = _lives["unflushed"].Batches;
        foreach (var life in _lives.Values)
        {
            foreach (var (offset, batch) in longest) life.Batches.TryAdd(offset, batch);
        }

        Seeds = [.. _lives.Values.SelectMany(life => life.Disk.Contents().Select(file => new FuzzSeed($"{life.Name} {Path.GetFileName(file.Key)}", file.Value)))];
    }

    public override string Name => "log-files";

    public override int Weight => 20;

    public override IReadOnlyList<FuzzSeed> Seeds { get; }

    /// <summary>Now and then a small file, or the first batch of a segment, with the checksum that it should have: nothing that a disk does,
    /// and still no reason to crash.</summary>
    public override byte[] Repair(FuzzSeed seed, byte[] input, Random random)
    {
        if (random.Next(3) > 0 || input.Length < CrcBytes || Path.GetExtension(seed.Name) is not (".checkpoint" or ".snapshot" or ".log"))
        {
            return input;
        }

        if (seed.Name.EndsWith(".log", StringComparison.Ordinal))
        {
            var first = input.AsSpan(0, Math.Min(input.Length, 12 + (int)Math.Clamp(BinaryPrimitives.ReadInt32BigEndian(seed.Bytes.AsSpan(8)), 0, 4096)));
            Batches.MakeWhole(first);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(input.AsSpan(input.Length - CrcBytes), Crc32C.Of(input.AsSpan(0, input.Length - CrcBytes)));
        }

        return input;
    }

    public override void Try(FuzzSeed seed, byte[] input)
    {
        var words = seed.Name.Split(' ');
        var (life, file) = (_lives[words[0]], words[1]);
        var disk = life.Disk.Copy();
        disk.Replace(Path.Combine(Folder, file), input);
        var isSideFile = !file.EndsWith(".log", StringComparison.Ordinal);
        var isForged = IsForged(file, input) && !input.AsSpan().SequenceEqual(seed.Bytes);
        PartitionLog log;
        try
        {
            log = PartitionLog.Open(disk, Folder, Settings, new FixedClock());
        }
        catch (LogCorruptException refused)
        {
            if (disk.OpenFiles != 0)
            {
                throw new FuzzFailure($"files stay open: {disk.OpenFiles} after {refused.Message}");
            }

            if (isSideFile && !isForged && !refused.Message.Contains(EpochHistory.FileName, StringComparison.Ordinal))
            {
                throw new FuzzFailure($"a side file makes the log unreadable: {file}, {refused.Message}");
            }

            return;
        }

        using (log)
        {
            if (isForged)
            {
                UseAsItIs(log);
            }
            else
            {
                CheckContent(life, file, log);
                GoOn(life, disk, log);
            }
        }
    }

    /// <summary>A disk, its log, and the test's own reading of both.</summary>
    public override long AllocatedMax(FuzzSeed seed, int inputBytes) => 8L * 1024 * 1024;

    /// <summary>The checksum says that it is what was written, and it is not.</summary>
    private static bool IsForged(string file, byte[] input) => Path.GetExtension(file) switch
    {
        ".checkpoint" or ".snapshot" => input.Length >= CrcBytes
            && BinaryPrimitives.ReadUInt32BigEndian(input.AsSpan(input.Length - CrcBytes)) == Crc32C.Of(input.AsSpan(0, input.Length - CrcBytes)),
        ".log" => BatchView.Read(input, 1 << 20, out _) == BatchError.None,
        _ => false,
    };

    private static void CheckContent(Life life, string file, PartitionLog log)
    {
        var isLog = file.EndsWith(".log", StringComparison.Ordinal);
        // The end of a segment of another life of this log may have been put behind this one: batches as right as these.
        if ((log.Offsets.End > life.End && !isLog) || (log.Offsets.End < life.End && life.Flushed && file != LogCheckpoints.RecoveryPointName))
        {
            throw new FuzzFailure($"another end: {file}, {log.Offsets.Start}..{log.Offsets.End}, written were {life.Start}..{life.End}, {(life.Flushed ? "" : "not ")}flushed");
        }

        if (log.Offsets.Start != life.Start && file != LogCheckpoints.LogStartName)
        {
            throw new FuzzFailure($"another start: {file}, {log.Offsets.Start}, was {life.Start}");
        }

        if (life.Flushed && log.Offsets.End == life.End && log.LastEpoch != new LeaderEpoch(3))
        {
            throw new FuzzFailure($"another epoch: {file}, {log.LastEpoch}");
        }

        var next = log.Offsets.Start;
        while (next < log.Offsets.End)
        {
            LogRead read;
            try
            {
                read = log.Read(next, log.Offsets.End, 300, firstBatchWhole: true);
            }
            catch (LogCorruptException) when (isLog)
            {
                return;    // damage in what is not read at opening; the reader is told
            }

            using var lease = read.Batches ?? throw new FuzzFailure($"nothing to read: {file}, at {next} of {log.Offsets.End}");
            CompareBatches(life, file, lease.Bytes.Span, isLog, next);
            next = read.Next > next ? read.Next : throw new FuzzFailure($"no progress: {file}, at {next}");
        }
    }

    private static void CompareBatches(Life life, string file, ReadOnlySpan<byte> bytes, bool isLog, Offset from)
    {
        var expected = -1L;
        while (!bytes.IsEmpty)
        {
            var error = BatchView.ReadHeader(bytes, 1 << 20, out var batch);
            if (error != BatchError.None || !batch.IsWhole)
            {
                throw new FuzzFailure($"no batch: {file}, {error} in what is served from {from} on");
            }

            if (expected >= 0 && batch.BaseOffset.Value != expected)
            {
                throw new FuzzFailure($"a gap: {file}, {batch.BaseOffset} after {expected}");
            }

            // Whoever reads a batch with a wrong checksum knows that it is damaged. The epoch is not under it.
            var isWhole = BatchView.Read(bytes, 1 << 20, out _) == BatchError.None;
            var written = life.Batches.GetValueOrDefault(batch.BaseOffset.Value) ?? [];
            if ((isWhole || !isLog) && !(written.AsSpan().Length == batch.SizeInBytes && written.AsSpan(16).SequenceEqual(batch.Bytes[16..])))
            {
                throw new FuzzFailure($"another batch: {file}, at {batch.BaseOffset}, {Convert.ToHexString(batch.Bytes)}");
            }

            expected = batch.NextOffset.Value;
            bytes = bytes[batch.SizeInBytes..];
        }
    }

    /// <summary>Only that nothing but the documented errors comes.</summary>
    private static void UseAsItIs(PartitionLog log)
    {
        try
        {
            for (var next = log.Offsets.Start; next < log.Offsets.End;)
            {
                var read = log.Read(next, log.Offsets.End, 300, firstBatchWhole: true);
                using var lease = read.Batches;
                next = read.Next > next ? read.Next : throw new FuzzFailure($"no progress: at {next}");
            }

            log.FindByTimestamp(1_700_000_001_000, log.Offsets.End);
            log.FindMaxTimestamp(log.Offsets.End);
            log.Append(Batch(99), Epoch(log));
            log.Flush();
        }
        catch (Exception told) when (told is LogCorruptException or LogIOException)
        {
            // The partition is fenced, and its owner knows the file and the place.
        }
    }

    /// <summary>What opened can be searched, written, closed and opened again.</summary>
    private static void GoOn(Life life, MemoryDisk disk, PartitionLog log)
    {
        try
        {
            log.FindByTimestamp(1_700_000_001_000, log.Offsets.End);
            log.FindMaxTimestamp(log.Offsets.End);
            var end = log.Offsets.End;
            var appended = log.Append(Batch(1000), Epoch(log));
            if (appended.Verdict != AppendVerdict.Appended || appended.BaseOffset != end)
            {
                throw new FuzzFailure($"append: {appended} at {end}");
            }

            using (var last = log.Read(end, log.Offsets.End, 1000, firstBatchWhole: true).Batches)
            {
                if (last is null || BatchView.Read(last.Bytes.Span, 1 << 20, out var batch) != BatchError.None || batch.BaseOffset != end)
                {
                    throw new FuzzFailure($"append: what was appended at {end} is not read");
                }
            }

            log.Close();
            using var again = PartitionLog.Open(disk, Folder, Settings, new FixedClock());
            if (again.Offsets.End != end + 1)
            {
                throw new FuzzFailure($"opened again: {again.Offsets.End}, was {end + 1}");
            }
        }
        catch (LogCorruptException) when (life.Batches.Count > 0)
        {
            // Damage in what opening does not read; whoever meets it is told.
        }

        if (disk.OpenFiles > 0)
        {
            log.Dispose();
            if (disk.OpenFiles > 0) throw new FuzzFailure($"files stay open: {disk.OpenFiles}");
        }
    }

    private static LeaderEpoch Epoch(PartitionLog log) => log.LastEpoch > new LeaderEpoch(3) ? log.LastEpoch : new LeaderEpoch(3);

    private static Life Written(string name, bool flush, bool close)
    {
        var disk = new MemoryDisk();
        var log = PartitionLog.Open(disk, Folder, Settings, new FixedClock());
        for (var i = 0; i < 30; i++)
        {
            log.Append(Batch(i), new LeaderEpoch(1 + (i / 10)));
        }

        log.Flush();
        if (!flush)
        {
            for (var i = 30; i < 45; i++)
            {
                log.Append(Batch(i), new LeaderEpoch(3));
            }
        }

        var batches = new Dictionary<long, byte[]>();
        for (var next = log.Offsets.Start; next < log.Offsets.End;)
        {
            var read = log.Read(next, log.Offsets.End, 1, firstBatchWhole: true);
            using var lease = read.Batches!;
            batches.Add(BinaryPrimitives.ReadInt64BigEndian(lease.Bytes.Span), lease.Bytes.ToArray());
            next = read.Next;
        }

        // In the middle of the first segment, which therefore stays.
        log.Offsets.Committed(log.Offsets.End);
        log.DeleteBefore(new Offset(12));
        var life = new Life(name, disk, log.Offsets.Start, log.Offsets.End, flush, batches);
        if (close)
        {
            log.Close();
        }
        else
        {
            log.Dispose();
        }

        return life;
    }

    /// <summary>Batches of one to three records; every second one of a producer.</summary>
    private static byte[] Batch(int number)
    {
        var hasProducer = number % 2 == 0 && number < 50;
        var batch = new BatchWriter { ProducerId = hasProducer ? 7 : -1, ProducerEpoch = (short)(hasProducer ? 0 : -1), BaseSequence = hasProducer ? number / 2 : -1 };
        batch.Add(1_700_000_000_000 + (number * 100), NullableBytes.Null, Encoding.UTF8.GetBytes($"value {number} {new string('.', number % 40)}"));
        return batch.ToArray();
    }

    /// <param name="Flushed">All of it.</param>
    /// <param name="Batches">By base offset.</param>
    private sealed record Life(string Name, MemoryDisk Disk, Offset Start, Offset End, bool Flushed, Dictionary<long, byte[]> Batches);

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
