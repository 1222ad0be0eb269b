using ActorBroker.Controller;
using ActorBroker.Controller.Replication;
using ActorBroker.Log;
using ActorBroker.Raft;
using ActorBroker.Storage;
using ActorBroker.Testing;

namespace ActorBroker.Tests.Controller.Replication;

public sealed class MetadataStoreTests
{
    private readonly MemoryDisk _disk = new();
    private readonly SimulatedTime _time = new();

    [Fact]
    public void What_is_flushed_is_there_after_a_crash_and_what_follows_is_whole_or_gone()
    {
        foreach (var kind in Enum.GetValues<CrashKind>())
        {
            for (var seed = 1; seed <= 40; seed++)
            {
                var disk = new MemoryDisk();
                var store = Open(disk);
                Append(store, 0, 10, epoch: 1);
                Flush(store);
                Append(store, 10, 10, epoch: 2);
                disk.Crash(kind, new Random(seed));

                using var reopened = Open(disk);
                Assert.True(reopened.End is >= 10 and <= 20, $"{kind} {seed}: {reopened.End}");
                Assert.Equal(Enumerable.Range(0, (int)reopened.End), TopicsIn(reopened, 0));
            }
        }
    }

    [Fact]
    public void A_crash_at_any_step_to_a_new_snapshot_keeps_old_or_new() => CrashAtEveryStep(
        disk =>
        {
            var store = Open(disk);
            Append(store, 0, 20, epoch: 1);
            Flush(store);
            return store;
        },
        store =>
        {
            var snapshot = SnapshotAt(10, new EpochStart(1, 0));
            store.Write(snapshot);
            store.Stored(snapshot);
        },
        (disk, _) =>
        {
            using var reopened = Open(disk);
            Assert.Equal(20, reopened.End);
            // The log begins where the snapshot ends: that is where others are told to begin.
            Assert.Equal(reopened.Snapshot?.EndOffset ?? 0, reopened.Start);
            Assert.Equal(Enumerable.Range((int)reopened.Start, 20 - (int)reopened.Start), TopicsIn(reopened, reopened.Start));
            Assert.Equal([new EpochStart(1, 0)], reopened.Epochs().ToArray());
        });

    /// <param name="oldEnd">Where the log ends that is given up: before the snapshot's end, there, or behind it.</param>
    [Theory]
    [InlineData(5)]
    [InlineData(30)]
    [InlineData(50)]
    public void A_crash_at_any_step_to_a_new_beginning_leaves_the_old_log_or_the_new_one(int oldEnd)
    {
        var others = new[] { new EpochStart(1, 0), new EpochStart(3, 4) };
        CrashAtEveryStep(
            disk =>
            {
                var store = Open(disk);
                Append(store, 0, 4, epoch: 1);
                Append(store, 4, oldEnd - 4, epoch: 2);    // what the others have is of epoch 3 from there on
                Flush(store);
                return store;
            },
            store => store.StartOver(SnapshotAt(30, others)),
            (disk, isDone) =>
            {
                using var reopened = Open(disk);
                if (reopened.Snapshot is null)
                {
                    Assert.False(isDone);
                    Assert.Equal((0L, (long)oldEnd), (reopened.Start, reopened.End));
                    Assert.Equal([new EpochStart(1, 0), new EpochStart(2, 4)], reopened.Epochs().ToArray());
                }
                else
                {
                    Assert.Equal((30L, 30L), (reopened.Start, reopened.End));
                    Assert.Equal(others, reopened.Epochs().ToArray());
                }
            });
    }

    [Fact]
    public void Records_behind_a_new_beginning_are_there_after_a_crash()
    {
        var store = Open(_disk);
        Append(store, 0, 5, epoch: 1);
        store.StartOver(SnapshotAt(30, new EpochStart(1, 0), new EpochStart(3, 4)));
        Append(store, 30, 3, epoch: 3);
        Append(store, 33, 3, epoch: 5);
        Flush(store);
        _disk.Crash(CrashKind.LoseUnflushed, new Random(1));

        using var reopened = Open(_disk);

        Assert.Equal((30L, 36L), (reopened.Start, reopened.End));
        Assert.Equal([30, 31, 32, 33, 34, 35], TopicsIn(reopened, 30));
        Assert.Equal([new EpochStart(1, 0), new EpochStart(3, 4), new EpochStart(5, 33)], reopened.Epochs().ToArray());
    }

    [Fact]
    public void A_snapshot_that_is_older_than_the_logs_start_is_no_snapshot_of_this_log()
    {
        var store = Open(_disk);
        Append(store, 0, 20, epoch: 1);
        Flush(store);
        var old = SnapshotAt(5, new EpochStart(1, 0)).ToBytes();
        var snapshot = SnapshotAt(10, new EpochStart(1, 0));
        store.Write(snapshot);
        store.Stored(snapshot);
        store.Close();

        _disk.Replace(SnapshotPath, old);
        Assert.Throws<LogCorruptException>(() => Open(_disk));
        _disk.DeleteFile(SnapshotPath);
        Assert.Throws<LogCorruptException>(() => Open(_disk));
    }

    [Fact]
    public void A_damaged_snapshot_keeps_the_log_closed_and_untouched()
    {
        var store = Open(_disk);
        Append(store, 0, 20, epoch: 1);
        Flush(store);
        store.Write(SnapshotAt(10, new EpochStart(1, 0)));
        store.Dispose();
        var bytes = _disk.ReadAll(SnapshotPath)!;
        bytes[40] ^= 4;
        _disk.Replace(SnapshotPath, bytes);
        var before = _disk.Contents();

        var refusal = Assert.Throws<LogCorruptException>(() => Open(_disk));

        Assert.Contains(MetadataSnapshot.FileName, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, _disk.Contents());
    }

    [Fact]
    public void A_record_that_lacks_something_is_damage_at_its_place_whatever_its_checksum_says()
    {
        using var store = Open(_disk);
        Append(store, 0, 5, epoch: 1);
        var position = store.Read(0, 5, int.MaxValue).Bytes.Length;
        var writer = new BatchWriter();
        writer.Add(1, NullableBytes.Null, """[["topic-created-1",{"Name":"t"}]]"""u8);
        store.Append(writer.ToArray(), 5, 1);

        var damage = Assert.Throws<LogCorruptException>(() => store.Events(0, 6).Count());

        Assert.Contains($"00000000000000000000.log: damaged at byte {position}: the metadata record at offset 5 cannot be read", damage.Message, StringComparison.Ordinal);
        Assert.Equal(5, store.Events(0, 5).Count());
    }

    [Fact]
    public void Batches_of_another_epoch_place_or_content_are_refused()
    {
        using var store = Open(_disk);
        Append(store, 0, 5, epoch: 1);
        var (bytes, end) = store.Read(0, 5, int.MaxValue);
        Assert.Equal(5, end);

        Assert.True(MetadataStore.AreBatches(bytes, 0, 5, 1));
        Assert.False(MetadataStore.AreBatches(bytes, 0, 5, 2));
        Assert.False(MetadataStore.AreBatches(bytes, 1, 5, 1));
        Assert.False(MetadataStore.AreBatches(bytes, 0, 6, 1));
        Assert.False(MetadataStore.AreBatches(bytes.AsSpan(0, bytes.Length - 1), 0, 5, 1));
        Assert.False(MetadataStore.AreBatches([], 0, 5, 1));
        for (var bit = 0; bit < bytes.Length * 8; bit += 3)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(MetadataStore.AreBatches(bytes, 0, 5, 1), $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    private string SnapshotPath => Path.Combine(Storage(_disk).FolderOf(MetadataStore.Partition), MetadataSnapshot.FileName);

    private NodeStorage Storage(MemoryDisk disk) => new(disk, "data", _time);

    private MetadataStore Open(MemoryDisk disk) => MetadataStore.Open(Storage(disk));

    /// <summary>Runs the change on a disk that takes one more step each time, until it takes them all; crashes then in every way.</summary>
    private static void CrashAtEveryStep(Func<MemoryDisk, MetadataStore> prepare, Action<MetadataStore> change, Action<MemoryDisk, bool> check)
    {
        foreach (var kind in Enum.GetValues<CrashKind>())
        {
            for (int step = 0, hasEnded = 0; hasEnded == 0; step++)
            {
                var disk = new MemoryDisk();
                var store = prepare(disk);
                disk.FailAfter(step);
                var failure = Xunit.Record.Exception(() => change(store));
                store.Dispose();
                disk.Crash(kind, new Random(step));
                check(disk, failure is null);
                Assert.InRange(step, 0, 1000);
                hasEnded = failure is null ? 1 : 0;
            }
        }
    }

    private static void Append(MetadataStore store, int from, int count, int epoch)
    {
        for (var offset = from; offset < from + count; offset++)
        {
            store.Append(MetadataRecords.Batch([Topic(offset)], 1), offset, epoch);
        }
    }

    private static void Flush(MetadataStore store)
    {
        var ticket = store.BeginFlush();
        ticket.Run();
        store.CompleteFlush(ticket);
    }

    private static TopicCreated Topic(int number) => new(new Guid(number, 0, 0, new byte[8]), $"topic-{number}", false, [[1]], []);

    private static IEnumerable<int> TopicsIn(MetadataStore store, long from) => store.Events(from, store.End)
        .Select(record => int.Parse(((TopicCreated)record.Events.Single()).Name["topic-".Length..], System.Globalization.CultureInfo.InvariantCulture));

    private static MetadataSnapshot SnapshotAt(int end, params EpochStart[] epochs) =>
        new(end, [.. epochs], MetadataState.Empty.Apply(Enumerable.Range(0, end).Select(Topic), end).ToSnapshot());
}
