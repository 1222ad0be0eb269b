using System.Diagnostics;
using Akka.Actor;

namespace ActorBroker.Akka.Tests.Actor;

public sealed class SchedulerTests : ActorSystemTests
{
    [Fact]
    public void Timers_ring_in_the_order_in_which_they_are_due_and_never_early()
    {
        var probe = NewProbe();
        var start = Stopwatch.GetTimestamp();
        foreach (var delay in new[] { 150, 30, 90, 0 })
        {
            System.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(delay), probe.Ref, delay, ActorRefs.NoSender);
        }

        foreach (var delay in new[] { 0, 30, 90, 150 })
        {
            probe.Expect(delay);
            Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(delay));
        }
    }

    [Fact]
    public void Repeated_messages_end_with_their_cancellation()
    {
        var probe = NewProbe();
        var cancelable = System.Scheduler.ScheduleTellRepeatedlyCancelable(
            TimeSpan.Zero, TimeSpan.FromMilliseconds(10), probe.Ref, "again", ActorRefs.NoSender);
        for (var i = 0; i < 5; i++)
        {
            probe.Expect("again");
        }

        cancelable.Cancel();
        using var after = new ManualResetEventSlim();
        System.Scheduler.Advanced.ScheduleOnce(TimeSpan.FromMilliseconds(50), after.Set);
        after.Wait();
        probe.Ref.Tell("marker", ActorRefs.NoSender);
        while (probe.Expect<string>() == "again")
        {
            // What was on its way when it was cancelled.
        }

        probe.ExpectNothingWaits();
    }

    [Fact]
    public void A_failing_timer_does_not_stop_the_others()
    {
        var probe = NewProbe();
        System.Scheduler.Advanced.ScheduleOnce(TimeSpan.Zero, () => throw new InvalidOperationException("bad timer"));
        System.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(20), probe.Ref, "good", ActorRefs.NoSender);

        probe.Expect("good");
    }

    [Fact]
    public void Many_timers_from_many_threads_all_ring()
    {
        const int each = 2_000;
        var probe = NewProbe();
        var threads = Enumerable.Range(0, 4).Select(seed => new Thread(() =>
        {
            var lots = new Random(seed);
            for (var i = 0; i < each; i++)
            {
                System.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(lots.Next(60)), probe.Ref, i, ActorRefs.NoSender);
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());

        for (var i = 0; i < 4 * each; i++)
        {
            probe.Expect<int>();
        }

        Array.ForEach(threads, thread => thread.Join());
    }

    [Fact]
    public void A_cancelable_cancels_after_a_time()
    {
        var cancelable = new Cancelable(System.Scheduler, TimeSpan.FromMilliseconds(10));

        Assert.True(cancelable.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(20)));
        Assert.True(cancelable.IsCancellationRequested);
        Assert.True(Cancelable.CreateCanceled().IsCancellationRequested);
    }

    [Fact]
    public void Delays_are_not_negative()
    {
        var scheduler = System.Scheduler;
        Assert.Throws<ArgumentOutOfRangeException>(
            () => scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(-1), ActorRefs.Nobody, "x", ActorRefs.NoSender));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => scheduler.ScheduleTellRepeatedly(TimeSpan.Zero, TimeSpan.Zero, ActorRefs.Nobody, "x", ActorRefs.NoSender));
    }
}
