using ActorBroker.Client.Producing;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Tests.Producing;

public sealed class PartitionQueueTests
{
    private const long Id = 7;
    private readonly PartitionQueue _queue = new(inFlightMax: 5, isIdempotent: true);
    private readonly List<QueuedBatch> _failed = [];

    [Fact]
    public void Numbers_follow_each_other_by_record_count()
    {
        Confirm();
        var batches = Add(3, 2, 4);

        Assert.All(batches, batch => Assert.Same(batch, SendNext()));

        Assert.Equal([1, 4, 6], batches.Select(batch => batch.BaseSequence));
        Assert.All(batches, batch => Assert.Equal((Id, (short)0), (batch.ProducerId, batch.ProducerEpoch)));
    }

    [Fact]
    public void The_first_batch_of_an_identity_goes_alone_and_then_at_most_five()
    {
        Add([.. Enumerable.Repeat(1, 10)]);

        var first = SendNext()!;
        Assert.Null(SendNext());
        _queue.Stored(first, _failed);

        Assert.Equal(5, Enumerable.Range(0, 10).Count(_ => SendNext() is not null));
    }

    [Fact]
    public void No_more_than_five_lie_between_the_oldest_unanswered_and_the_newest_sent()
    {
        Confirm();
        var batches = Add([.. Enumerable.Repeat(1, 10)]);
        for (var i = 0; i < 5; i++) SendNext();

        for (var i = 1; i < 5; i++) _queue.Stored(batches[i], _failed);

        Assert.Null(SendNext());
    }

    [Fact]
    public void Refused_batches_go_again_with_their_numbers_the_oldest_first_and_alone()
    {
        Confirm();
        var batches = Add(1, 1, 1);
        while (SendNext() is not null) { }

        Refuse(batches[0], SessionError.NotLeader);
        Refuse(batches[1], SessionError.OutOfOrderSequence);
        Assert.Null(SendNext());
        Refuse(batches[2], SessionError.OutOfOrderSequence);

        Assert.Same(batches[0], SendNext());
        Assert.Null(SendNext());
        _queue.Stored(batches[0], _failed);
        Assert.Same(batches[1], SendNext());
        Assert.Same(batches[2], SendNext());
        Assert.Equal([1, 2, 3], batches.Select(batch => batch.BaseSequence));
        Assert.Empty(_failed);
    }

    [Fact]
    public void After_a_fatal_refusal_those_behind_start_over_with_a_higher_epoch()
    {
        Confirm();
        var batches = Add(2, 3, 1);
        while (SendNext() is not null) { }

        Refuse(batches[0], SessionError.BatchTooLarge);
        Assert.Null(SendNext());
        Refuse(batches[1], SessionError.OutOfOrderSequence);
        Refuse(batches[2], SessionError.OutOfOrderSequence);

        Assert.Same(batches[1], SendNext());
        Assert.Equal((Id, (short)1, 0), (batches[1].ProducerId, batches[1].ProducerEpoch, batches[1].BaseSequence));
        Assert.Equal([batches[0]], _failed);
    }

    [Fact]
    public void Where_nothing_numbered_follows_the_numbers_are_given_again()
    {
        Confirm();
        var batch = Add(2)[0];
        SendNext();

        Refuse(batch, SessionError.BatchTooLarge);
        var next = Add(1)[0];
        SendNext();

        Assert.Equal((0, 1), (next.ProducerEpoch, next.BaseSequence));
    }

    [Fact]
    public void With_a_batch_that_may_have_been_written_fail_those_behind_that_may_have_been_too()
    {
        Confirm();
        var batches = Add(1, 1, 1);
        while (SendNext() is not null) { }

        _queue.Lost(batches[0], SessionError.None, "", _failed);
        _queue.Lost(batches[1], SessionError.None, "", _failed);
        Refuse(batches[2], SessionError.OutOfOrderSequence);
        batches[0].Deadline = TimeSpan.Zero;
        _queue.Expire(TimeSpan.Zero, _failed);

        Assert.Equal([batches[0], batches[1]], _failed);
        Assert.Same(batches[2], SendNext());
        Assert.Equal((1, 0), (batches[2].ProducerEpoch, batches[2].BaseSequence));
    }

    [Fact]
    public void An_answer_that_comes_after_the_deadline_changes_nothing()
    {
        var batch = Add(1)[0];
        SendNext();
        batch.Deadline = TimeSpan.Zero;
        _queue.Expire(TimeSpan.Zero, _failed);

        Assert.False(_queue.Stored(batch, _failed));
        Assert.False(Refuse(batch, SessionError.NotLeader));
        Assert.Single(_failed);
    }

    [Fact]
    public void When_the_epochs_are_used_up_it_waits_for_another_producer_id()
    {
        for (var i = 0; i <= short.MaxValue; i++)
        {
            var batch = Add(1)[0];
            SendNext();
            _queue.Lost(batch, SessionError.None, "", _failed);
            batch.Deadline = TimeSpan.Zero;
            _queue.Expire(TimeSpan.Zero, _failed);
        }

        var next = Add(1)[0];
        Assert.Null(SendNext());
        Assert.True(_queue.NeedsNewProducerId);
        Assert.Same(next, _queue.Next(Id + 1));
        _queue.Sending(next, Id + 1);
        Assert.Equal((Id + 1, (short)0, 0), (next.ProducerId, next.ProducerEpoch, next.BaseSequence));
    }

    private void Confirm()
    {
        var batch = Add(1)[0];
        SendNext();
        _queue.Stored(batch, _failed);
    }

    private ModelBatch[] Add(params int[] recordCounts)
    {
        var batches = recordCounts.Select((count, i) => new ModelBatch(i, count) { Deadline = TimeSpan.MaxValue }).ToArray();
        foreach (var batch in batches)
        {
            _queue.Add(batch);
        }

        return batches;
    }

    private QueuedBatch? SendNext()
    {
        var next = _queue.Next(Id);
        if (next is not null)
        {
            _queue.Sending(next, Id);
        }

        return next;
    }

    private bool Refuse(QueuedBatch batch, SessionError error) => _queue.Refused(batch, error, "", _failed);
}
