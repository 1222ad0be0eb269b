using static ActorBroker.Log.Tests.LogFixture;

namespace ActorBroker.Log.Tests.Producers;

/// <summary>The decision table of the idempotent producer, row by row.</summary>
public sealed class ProducerSequenceTests
{
    private const long Id = 77;

    private readonly LogFixture _fixture = new();

    [Fact]
    public void An_unknown_producer_may_begin_anywhere()
    {
        var log = _fixture.Open();
        Assert.Equal((AppendVerdict.Appended, 0), Append(log, 0, 1234));
        Assert.Equal((AppendVerdict.Appended, 1), Append(log, 0, 1235));
        Assert.Equal(1, log.ProducerCount);
    }

    [Fact]
    public void A_batch_sent_again_is_answered_with_its_first_offsets_and_not_written()
    {
        var log = _fixture.Open();
        log.Append(Batch("other"), Epoch(1));
        var first = log.Append(Produced(Id, 0, 0, recordCount: 3), Epoch(1));

        var again = log.Append(Produced(Id, 0, 0, recordCount: 3), Epoch(1));

        Assert.Equal(first with { Verdict = AppendVerdict.Duplicate }, again);
        Assert.Equal((At(1), At(3), At(4)), (again.BaseOffset, again.LastOffset, log.Offsets.End));
    }

    [Fact]
    public void The_last_five_batches_are_known_and_no_more()
    {
        var log = _fixture.Open();
        for (var i = 0; i < 7; i++) Append(log, 0, i);

        for (var i = 2; i < 7; i++) Assert.Equal((AppendVerdict.Duplicate, i), Append(log, 0, i));
        Assert.Equal((AppendVerdict.OutOfOrderSequence, -1), Append(log, 0, 1));
    }

    [Fact]
    public void A_duplicate_has_the_same_first_and_last_sequence()
    {
        var log = _fixture.Open();
        Append(log, 0, 0, records: 3);

        Assert.Equal(AppendVerdict.OutOfOrderSequence, Append(log, 0, 0, records: 2).Verdict);
        Assert.Equal(AppendVerdict.OutOfOrderSequence, Append(log, 0, 1, records: 2).Verdict);
    }

    [Theory, InlineData(4), InlineData(2), InlineData(0)]
    public void A_gap_or_an_overlap_is_out_of_order(int sequence)
    {
        var log = _fixture.Open();
        Append(log, 0, 0);
        Append(log, 0, 1, records: 2);

        Assert.Equal((AppendVerdict.OutOfOrderSequence, -1), Append(log, 0, sequence, records: 2));
        Assert.Equal((AppendVerdict.Appended, 3), Append(log, 0, 3));
    }

    [Fact]
    public void A_refused_batch_does_not_disturb_the_next()
    {
        var log = _fixture.Open();
        Assert.Equal(AppendVerdict.Appended, log.Stage(Produced(Id, 0, 0), Epoch(1)).Verdict);
        Assert.Equal(AppendVerdict.OutOfOrderSequence, log.Stage(Produced(Id, 0, 2), Epoch(1)).Verdict);
        Assert.Equal(AppendVerdict.Duplicate, log.Stage(Produced(Id, 0, 0), Epoch(1)).Verdict);
        Assert.Equal(AppendVerdict.Appended, log.Stage(Produced(Id, 0, 1), Epoch(1)).Verdict);
        log.WriteStaged();
        Assert.Equal(At(2), log.Offsets.End);
    }

    [Fact]
    public void An_older_epoch_is_refused()
    {
        var log = _fixture.Open();
        Append(log, 3, 0);
        Assert.Equal((AppendVerdict.InvalidProducerEpoch, -1), Append(log, 2, 1));
    }

    [Fact]
    public void A_newer_epoch_begins_at_zero()
    {
        var log = _fixture.Open();
        Append(log, 0, 0);
        Assert.Equal(AppendVerdict.OutOfOrderSequence, Append(log, 1, 1).Verdict);
        Assert.Equal((AppendVerdict.Appended, 1), Append(log, 1, 0));
        Assert.Equal(AppendVerdict.InvalidProducerEpoch, Append(log, 0, 1).Verdict);
        Assert.Equal((AppendVerdict.Duplicate, 1), Append(log, 1, 0));
    }

    [Fact]
    public void After_the_largest_sequence_comes_zero()
    {
        var log = _fixture.Open();
        Append(log, 0, int.MaxValue - 1, records: 2);
        Assert.Equal(AppendVerdict.OutOfOrderSequence, Append(log, 0, 1).Verdict);
        Assert.Equal((AppendVerdict.Appended, 2), Append(log, 0, 0));
    }

    [Fact]
    public void A_batch_may_wrap_in_the_middle()
    {
        var log = _fixture.Open();
        Append(log, 0, int.MaxValue, records: 3);
        Assert.Equal((AppendVerdict.Duplicate, 0), Append(log, 0, int.MaxValue, records: 3));
        Assert.Equal((AppendVerdict.Appended, 3), Append(log, 0, 2));
    }

    [Fact]
    public void Producers_do_not_know_each_other_and_plain_batches_know_none()
    {
        var log = _fixture.Open();
        Append(log, 0, 0);
        Assert.Equal(AppendVerdict.Appended, log.Append(Produced(Id + 1, 0, 5), Epoch(1)).Verdict);
        Assert.Equal(AppendVerdict.Appended, log.Append(Produced(-1, 0, 0), Epoch(1)).Verdict);
        Assert.Equal(AppendVerdict.Appended, log.Append(Produced(-1, 0, 0), Epoch(1)).Verdict);
        Assert.Equal(2, log.ProducerCount);
    }

    [Fact]
    public void A_marker_of_a_newer_epoch_makes_the_producer_begin_at_zero()
    {
        var log = _fixture.Open();
        Append(log, 0, 0);
        log.Append(Marker(epoch: 1), Epoch(1));

        Assert.Equal(AppendVerdict.InvalidProducerEpoch, Append(log, 0, 1).Verdict);
        Assert.Equal(AppendVerdict.OutOfOrderSequence, Append(log, 1, 1).Verdict);
        Assert.Equal((AppendVerdict.Appended, 2), Append(log, 1, 0));
    }

    [Fact]
    public void A_marker_of_the_same_epoch_leaves_the_sequence_and_ends_the_transaction()
    {
        var log = _fixture.Open();
        log.Append(Batch("before"), Epoch(1));
        var writer = new BatchWriter { ProducerId = Id, ProducerEpoch = 0, BaseSequence = 0, IsTransactional = true };
        writer.Add(-1, NullableBytes.Null, NullableBytes.Null);
        log.Append(writer.ToArray(), Epoch(1));
        Assert.Equal(At(1), log.FirstOpenTransaction);
        log.Close();
        log = _fixture.Open();
        Assert.Equal(At(1), log.FirstOpenTransaction);

        log.Append(Marker(epoch: 0), Epoch(1));

        Assert.Equal(Offset.None, log.FirstOpenTransaction);
        Assert.Equal((AppendVerdict.Appended, 3), Append(log, 0, 1));
    }

    private static (AppendVerdict Verdict, int Offset) Append(PartitionLog log, short epoch, int sequence, int records = 1)
    {
        var result = log.Append(Produced(Id, epoch, sequence, records), Epoch(1));
        return (result.Verdict, (int)result.BaseOffset.Value);
    }

    private static byte[] Marker(short epoch)
    {
        var writer = new BatchWriter { ProducerId = Id, ProducerEpoch = epoch, IsControl = true, IsTransactional = true };
        writer.Add(-1, new byte[] { 0, 0, 0, 1 }, new byte[] { 0, 0, 0, 0, 0, 0 });
        return writer.ToArray();
    }
}
