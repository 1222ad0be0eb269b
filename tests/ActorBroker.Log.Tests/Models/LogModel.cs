using ActorBroker.Testing;

namespace ActorBroker.Log.Tests.Models;

/// <summary>A log and the simplest thing that behaves like it: a list of batches. Steps do the same to both; checks compare.</summary>
public sealed class LogModel
{
    private readonly LogFixture _fixture = new();
    private readonly Random _random;
    private readonly Dictionary<long, int> _nextSequence = [];
    private readonly long[] _producerIds = [0, 1, 2, 3];
    private readonly List<ModelBatch> _batches = [];
    private Offset _start;
    private int _epoch;

    public LogModel(int seed)
    {
        _random = new Random(seed);
        _fixture.Settings = LogFixture.Small with
        {
            SegmentBytes = 1800 + _random.Next(3000),
            IndexIntervalBytes = _random.Next(400),
            RecoveryPointBytes = _random.Next(3) * 1000,
            IndexBytesMax = _random.Next(4) == 0 ? 60 : 10_000,
        };
        Log = _fixture.Open();
    }

    public PartitionLog Log { get; private set; }

    public List<string> Trace { get; } = [];

    private Offset End => _batches.Count == 0 ? _start : Offset.Max(_start, _batches[^1].Last + 1);

    /// <summary>One random step, then all checks.</summary>
    public void Step()
    {
        switch (_random.Next(20))
        {
            case < 8: Do("append", Append); break;
            case 8: Do("flush", Log.Flush); break;
            case 9: Do("commit", () => Log.Offsets.Committed(Border(Log.Offsets.HighWatermark))); break;
            case 10: Do("truncate", Truncate); break;
            case 11: Do("delete before", DeleteBefore); break;
            case 12: Do("retention", Retain); break;
            case 13: Do("close", CloseAndOpen); break;
            case 14: Do("start over", StartOver); break;
            case 15: Do("flush in between", FlushInBetween); break;
            case 16: Do("next epoch", () => _epoch++); break;
            case 17: FaultyStep(); break;
            default: Do("crash", CrashAndOpen); break;
        }

        CheckEverything();
    }

    private void Do(string name, Action step)
    {
        Trace.Add($"{name} [{Log.Offsets.Start}, {Log.Offsets.End}) flushed {Log.Offsets.Flushed}");
        step();
    }

    private void Append()
    {
        // Model first: if the write fails, any prefix of it may be on the disk.
        var results = new List<(AppendResult Result, ModelBatch Expected)>();
        for (var count = 1 + _random.Next(4); count > 0; count--)
        {
            var (bytes, producerId, sequence, records) = NextBatch();
            var expected = new ModelBatch(End, End + (records - 1), new LeaderEpoch(_epoch), producerId, sequence, bytes);
            var result = Log.Stage(bytes, new LeaderEpoch(_epoch));
            results.Add((result, expected));
            _batches.Add(expected);
        }

        Log.WriteStaged();
        foreach (var (result, expected) in results)
        {
            Assert.Equal(new AppendResult(AppendVerdict.Appended, expected.Base, expected.Last, result.Timestamp), result);
        }
    }

    private (byte[] Bytes, long ProducerId, int Sequence, int Records) NextBatch()
    {
        var records = 1 + _random.Next(4);
        var producerId = _random.Next(3) == 0 ? _producerIds[_random.Next(_producerIds.Length)] : -1L;
        var sequence = producerId < 0 ? -1 : _nextSequence.GetValueOrDefault(producerId);
        if (producerId >= 0) _nextSequence[producerId] = sequence + records;
        var writer = new BatchWriter { ProducerId = producerId, ProducerEpoch = (short)(producerId < 0 ? -1 : 0), BaseSequence = sequence };
        var time = _random.Next(8) == 0 ? -1 : 1000 + _random.Next(500);
        for (var i = 0; i < records; i++)
        {
            // Never zero, so that an empty sector can only be a lost one.
            var value = new byte[_random.Next(10) == 0 ? _random.Next(400) : _random.Next(40)];
            for (var at = 0; at < value.Length; at++) value[at] = (byte)(1 + _random.Next(255));
            writer.Add(time, NullableBytes.Null, value);
        }

        return (writer.ToArray(), producerId, sequence, records);
    }

    private void FlushInBetween()
    {
        var ticket = Log.BeginFlush();
        var end = Log.Offsets.End;
        Append();
        if (_random.Next(3) == 0) Truncate();
        if (_random.Next(3) == 0) DeleteBefore();
        ticket.Run();
        Log.CompleteFlush(ticket);
        Assert.True(Log.Offsets.Flushed <= Log.Offsets.End);
        Assert.Equal(end, ticket.End);
    }

    private void Truncate()
    {
        var end = Border(Log.Offsets.HighWatermark);
        Log.TruncateTo(end);
        Forget(end);
    }

    private void DeleteBefore()
    {
        var to = _random.Next(2) == 0 ? Border(_start) : new Offset(_start.Value + _random.Next((int)(End - _start) + 1));
        if (to > Log.Offsets.HighWatermark) Log.Offsets.Committed(End);
        Log.DeleteBefore(to);
        _start = Offset.Max(_start, to);
    }

    private void Retain()
    {
        Log.Offsets.Committed(End);
        Log.ApplyRetention(null, _random.Next(4000), End);
        Assert.True(Log.Offsets.Start >= _start);
        _start = Log.Offsets.Start;
    }

    private void StartOver()
    {
        if (_random.Next(4) != 0) return;
        _start = End + _random.Next(100);
        _batches.Clear();
        _nextSequence.Clear();
        Log.StartOver(_start);
    }

    private void CloseAndOpen()
    {
        Log.Close();
        Assert.Equal(0, _fixture.Disk.OpenFiles);
        if (_random.Next(2) == 0) _fixture.Crash(CrashKind.LoseUnflushed);
        Log = _fixture.Open();
        Assert.True(Log.Recovery.WasClean);
        Assert.Equal(End, Log.Offsets.End);
        Assert.Equal(End, Log.Offsets.Flushed);
    }

    private void CrashAndOpen()
    {
        var kind = (CrashKind)_random.Next(4);
        var flushed = kind == CrashKind.LoseNothing ? Log.Offsets.End : Log.Offsets.Flushed;
        Reopen(kind, flushed, _start);
    }

    /// <summary>Something fails at a random call to the disk; then the machine crashes. What was flushed before must be there.</summary>
    private void FaultyStep()
    {
        var operation = (DiskOperation)_random.Next(1, 9);
        var (flushed, start) = (Log.Offsets.Flushed, _start);
        _fixture.Disk.Fail(operation, after: _random.Next(6), bytesWritten: _random.Next(200));
        Action[] steps = [Append, Log.Flush, Truncate, DeleteBefore, Retain, FlushInBetween];
        var isBroken = false;
        for (var i = 0; i < 3 && !isBroken; i++)
        {
            var step = steps[_random.Next(steps.Length)];
            try
            {
                Do($"with a failing {operation}: {step.Method.Name}", step);
            }
            catch (LogIOException)
            {
                isBroken = true;
            }

            // A truncation may have got as far as it likes, so what it spared is all that is promised.
            flushed = Offset.Min(Offset.Max(flushed, Log.Offsets.Flushed), Offset.Min(Log.Offsets.End, End));
        }

        Reopen((CrashKind)_random.Next(4), Offset.Min(flushed, Log.Offsets.HighWatermark), start);
    }

    private void Reopen(CrashKind kind, Offset flushed, Offset startBefore)
    {
        _fixture.Disk.ClearFaults();
        Log.Dispose();
        _fixture.Crash(kind, _random.Next());
        Trace.Add($"{kind}; {flushed} was flushed");
        if (_random.Next(3) == 0) FailToOpen();
        Log = _fixture.Open();
        var (start, end) = (Log.Offsets.Start, Log.Offsets.End);
        Assert.True(end >= flushed, $"flushed up to {flushed}, found {end}");
        Assert.True(startBefore <= start && start <= End);
        _start = start;
        Forget(end);
        Assert.Equal(End, end);
    }

    /// <summary>Recovery itself is interrupted, and the machine crashes again.</summary>
    private void FailToOpen()
    {
        var operation = (DiskOperation)_random.Next(9);
        _fixture.Disk.Fail(operation, after: _random.Next(12), bytesWritten: _random.Next(30));
        try
        {
            _fixture.Open().Dispose();
        }
        catch (LogIOException refused) when (refused is not LogCorruptException)
        {
            Trace.Add($"opening stopped: {refused.Message}");
        }

        var kind = (CrashKind)_random.Next(4);
        _fixture.Crash(kind, _random.Next());
        Trace.Add($"{kind} after opening");
    }

    private void Forget(Offset end)
    {
        _batches.RemoveAll(batch => batch.Last >= end);
        for (var i = 0; i < _producerIds.Length; i++)
        {
            var last = LastOf(_producerIds[i]);
            if (last is null)
            {
                // Whether the log still knows this producer depends on the snapshots that survived: another takes its place.
                _nextSequence.Remove(_producerIds[i]);
                _producerIds[i] += _producerIds.Length;
            }
            else
            {
                _nextSequence[_producerIds[i]] = last.Sequence + last.Count;
            }
        }
    }

    private ModelBatch? LastOf(long producerId) => _batches.FindLast(batch => batch.ProducerId == producerId && batch.Base >= _start);

    /// <summary>A random batch border from an offset on.</summary>
    private Offset Border(Offset from)
    {
        var borders = _batches.Where(batch => batch.Base >= from).Select(batch => batch.Base).Append(End).ToArray();
        return borders[_random.Next(borders.Length)];
    }

    private void CheckEverything()
    {
        Assert.Equal(_start, Log.Offsets.Start);
        Assert.Equal(End, Log.Offsets.End);
        var expected = _batches.Where(batch => batch.Last >= _start).ToArray();
        CheckReads(expected);
        CheckEpochs(expected);
        CheckTimes(expected);
        foreach (var producerId in _nextSequence.Keys) CheckProducer(producerId);
    }

    private void CheckReads(ModelBatch[] expected)
    {
        Assert.Equal(ReadOutcome.OffsetOutOfRange, Log.Read(_start + -1, End, 100, true).Outcome);
        Assert.Equal(ReadOutcome.OffsetOutOfRange, Log.Read(End + 1, End, 100, true).Outcome);
        var next = _start;
        var index = 0;
        while (next < End)
        {
            var read = Log.Read(next, End, 1 + _random.Next(1500), firstBatchWhole: true);
            Assert.NotNull(read.Batches);
            using var lease = read.Batches;
            for (var at = 0; at < lease.Length; index++)
            {
                var bytes = lease.Bytes.Span[at..];
                Assert.Equal(BatchError.None, BatchView.Read(bytes, int.MaxValue, out var batch));
                Assert.Equal(expected[index].Base, batch.BaseOffset);
                Assert.Equal(expected[index].Epoch, batch.Epoch);
                Assert.True(expected[index].Bytes.AsSpan().SequenceEqual(batch.Bytes));
                at += batch.SizeInBytes;
            }

            next = read.Next;
        }

        Assert.Equal(expected.Length, index);
        if (End > _start)
        {
            var somewhere = new Offset(_start.Value + _random.Next((int)(End - _start)));
            using var lease = Log.Read(somewhere, End, 1, firstBatchWhole: true).Batches;
            _ = BatchView.Read(lease!.Bytes.Span, int.MaxValue, out var batch);
            Assert.True(batch.BaseOffset <= somewhere && somewhere <= batch.LastOffset);
        }
    }

    private void CheckEpochs(ModelBatch[] expected)
    {
        if (expected.Length == 0) return;
        Assert.Equal(expected[^1].Epoch, Log.LastEpoch);
        Assert.Equal(new EpochEnd(Log.LastEpoch, End), Log.EndOfEpoch(Log.LastEpoch));
        var other = expected[_random.Next(expected.Length)];
        Assert.Equal(other.Epoch, Log.EpochAt(Offset.Max(other.Base, _start)));
        var end = expected.FirstOrDefault(batch => batch.Epoch > other.Epoch)?.Base ?? End;
        Assert.Equal(new EpochEnd(other.Epoch, end), Log.EndOfEpoch(other.Epoch));
    }

    private void CheckTimes(ModelBatch[] expected)
    {
        var target = 1000 + _random.Next(500);
        var bound = new Offset(_start.Value + _random.Next((int)(End - _start) + 1));
        var first = expected.FirstOrDefault(batch => batch.Time >= target);
        var hit = Log.FindByTimestamp(target, bound);
        var at = first is null ? Offset.None : Offset.Max(first.Base, _start);
        Assert.Equal(first is null || at >= bound ? null : new TimestampHit(at, first.Time, first.Epoch), hit);

        var youngest = expected.Where(batch => Offset.Max(batch.Base, _start) < bound && batch.Time >= 0).MaxBy(batch => batch.Time);
        Assert.Equal(
            youngest is null ? null : new TimestampHit(Offset.Max(youngest.Base, _start), youngest.Time, youngest.Epoch),
            Log.FindMaxTimestamp(bound));
    }

    private void CheckProducer(long producerId)
    {
        var last = LastOf(producerId);
        if (last is null) return;
        var again = (byte[])last.Bytes.Clone();
        Assert.Equal(
            new AppendResult(AppendVerdict.Duplicate, last.Base, last.Last, last.Time), Log.Stage(again, new LeaderEpoch(_epoch)));
        var gap = LogFixture.Produced(producerId, 0, last.Sequence + last.Count + 1);
        Assert.Equal(AppendVerdict.OutOfOrderSequence, Log.Stage(gap, new LeaderEpoch(_epoch)).Verdict);
    }

    private sealed record ModelBatch(Offset Base, Offset Last, LeaderEpoch Epoch, long ProducerId, int Sequence, byte[] Bytes)
    {
        public int Count => (int)(Last - Base) + 1;

        public long Time => BatchView.Read(Bytes, int.MaxValue, out var batch) == BatchError.None ? batch.MaxTimestamp : -1;
    }
}
