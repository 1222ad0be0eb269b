using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace AkkaSpecs.Persistence;

public sealed class ReplayFilterTests : PersistenceSpec
{
    [Fact]
    public void Events_of_one_writer_after_the_other_pass()
    {
        var filter = Start(ReplayFilterMode.RepairByDiscardOld);

        Send(filter, (1, "A"), (2, "A"), (3, "B"));

        Expect((1, "A"), (2, "A"), (3, "B"));
    }

    [Fact]
    public void Of_two_writers_the_newer_one_counts()
    {
        var filter = Start(ReplayFilterMode.RepairByDiscardOld);

        EventFilter.Warning(start: "Invalid replayed event").Expect(2, () => Send(filter, (1, "A"), (2, "A"), (2, "B"), (3, "A"), (3, "B")));

        Expect((1, "A"), (2, "B"), (3, "B"));
    }

    [Fact]
    public void A_recovery_can_be_failed_instead()
    {
        var filter = Start(ReplayFilterMode.Fail);

        EventFilter.Error(start: "Invalid replayed event").ExpectOne(() => Send(filter, (1, "A"), (2, "A"), (2, "B")));

        Assert.IsType<IllegalActorStateException>(ExpectMsg<ReplayMessagesFailure>().Cause);
    }

    [Fact]
    public void A_warning_lets_everything_pass()
    {
        var filter = Start(ReplayFilterMode.Warn);

        EventFilter.Warning(start: "Invalid replayed event").Expect(2, () => Send(filter, (1, "A"), (2, "A"), (2, "B"), (3, "A")));

        Expect((1, "A"), (2, "A"), (2, "B"), (3, "A"));
    }

    [Fact]
    public void The_filter_ends_with_the_recovery()
    {
        var filter = Start(ReplayFilterMode.Warn);
        Watch(filter);

        Send(filter);

        ExpectMsg<RecoverySuccess>();
        ExpectTerminated(filter);
    }

    private IActorRef Start(ReplayFilterMode mode) => Sys.ActorOf(ReplayFilter.Props(TestActor, mode, windowSize: 5, maxOldWriters: 3, debugEnabled: false));

    private static void Send(IActorRef filter, params (long Number, string Writer)[] events)
    {
        foreach (var (number, writer) in events)
        {
            filter.Tell(new ReplayedMessage(new Persistent("e", number, "p", writerGuid: writer)));
        }

        filter.Tell(new RecoverySuccess(99));
    }

    private void Expect(params (long Number, string Writer)[] events)
    {
        foreach (var (number, writer) in events)
        {
            var persistent = ExpectMsg<ReplayedMessage>().Persistent;
            Assert.Equal((number, writer), (persistent.SequenceNr, persistent.WriterGuid));
        }

        Assert.Equal(99, ExpectMsg<RecoverySuccess>().HighestSequenceNr);
    }
}
