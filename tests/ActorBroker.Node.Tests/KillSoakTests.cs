using ActorBroker.Benchmarks.Kill;
using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Node.Tests;

/// <summary>The short form of the soak, and whether it would notice.</summary>
public sealed class KillSoakTests
{
    [Fact]
    public async Task Five_kills_under_load_lose_nothing_double_nothing_and_leave_no_gap()
    {
        var folder = Directory.CreateTempSubdirectory("actorbroker-kill-");
        var output = new StringWriter();
        try
        {
            using var soak = new KillSoak(new KillPlan(Times: 5, Seed: 3) { StartMax = TimeSpan.FromMinutes(1) }, folder.FullName, output);
            await soak.RunAsync(CancellationToken.None);
        }
        catch (PromiseBrokenException broken)
        {
            Assert.Fail($"{broken.Message}\n{output}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        Assert.Contains("every promise kept", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gap_a_repeated_offset_and_foreign_content_are_noticed()
    {
        var stream = new RecordStream(Ledger(), from: 0);
        stream.Take(Batch(0, 1));
        Assert.Equal(1, stream.Next);

        Assert.Contains("offset 2 came where 1 must follow", Assert.Throws<PromiseBrokenException>(() => stream.Take(Batch(2, 2))).Message, StringComparison.Ordinal);
        Assert.Contains("offset 0 came where 1 must follow", Assert.Throws<PromiseBrokenException>(() => stream.Take(Batch(0, 1))).Message, StringComparison.Ordinal);
        Assert.Contains("record 1 of that producer", Assert.Throws<PromiseBrokenException>(() => stream.Take(Batch(1, 0))).Message, StringComparison.Ordinal);

        var damaged = Batch(1, 2);
        damaged[^1] ^= 1;
        Assert.Throws<PromiseBrokenException>(() => stream.Take(damaged));
    }

    [Fact]
    public void A_record_in_two_places_and_two_records_in_one_are_noticed()
    {
        var ledger = Ledger();
        ledger.NoteAcknowledged(5, [new RecordId(1, 10), new RecordId(1, 11)]);

        ledger.NoteRead(6, new RecordId(1, 11));
        Assert.Throws<PromiseBrokenException>(() => ledger.NoteRead(6, new RecordId(1, 12)));
        Assert.Throws<PromiseBrokenException>(() => ledger.NoteRead(7, new RecordId(1, 11)));
        Assert.Equal(7, ledger.End);
    }

    [Fact]
    public void A_log_that_begins_earlier_again_or_later_than_asked_is_noticed()
    {
        var ledger = Ledger();
        ledger.NoteDeletionWanted(20);
        ledger.NoteStart(20, before: 0);

        Assert.Throws<PromiseBrokenException>(() => ledger.NoteStart(19, before: 20));
        Assert.Throws<PromiseBrokenException>(() => ledger.NoteStart(21, before: 20));
    }

    private static PartitionLedger Ledger() => new(new TopicPartition("t", 0));

    private static byte[] Batch(long offset, long number)
    {
        var batch = new BatchWriter { BaseOffset = new Offset(offset) };
        batch.Add(1_700_000_000_000, NullableBytes.Null, new RecordId(1, number).ToValue(100));
        return batch.ToArray();
    }
}
