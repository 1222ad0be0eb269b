using System.Collections.Concurrent;
using Akka;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;

namespace AkkaSamples;

public class CoordinatedShutdownSpec : TestKit
{
    [Fact]
    public async Task Tasks_run_phase_by_phase_then_the_system_ends()
    {
        var order = new ConcurrentQueue<string>();
        var shutdown = CoordinatedShutdown.Get(Sys);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "stop", () => Note("stop"));
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "before", () => Note("before"));
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "last", () => Note("last"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "unbind", () => Note("unbind"));

        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance);

        Assert.Equal(["before", "unbind", "stop", "last"], order);
        Assert.True(Sys.WhenTerminated.IsCompleted);
        Assert.Same(CoordinatedShutdown.UnknownReason.Instance, shutdown.ShutdownReason);

        Task<Done> Note(string what)
        {
            order.Enqueue(what);
            return Task.FromResult(Done.Instance);
        }
    }

    [Fact]
    public async Task Terminating_the_system_runs_the_tasks_too()
    {
        var ran = new TaskCompletionSource<CoordinatedShutdown.Reason>();
        var shutdown = CoordinatedShutdown.Get(Sys);
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "note", () =>
        {
            ran.SetResult(shutdown.ShutdownReason);
            return Task.FromResult(Done.Instance);
        });

        await Sys.Terminate();

        Assert.Same(CoordinatedShutdown.ActorSystemTerminateReason.Instance, await ran.Task);
    }

    [Fact]
    public async Task A_failing_task_does_not_keep_the_later_ones_from_running()
    {
        var ran = false;
        var shutdown = CoordinatedShutdown.Get(Sys);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "fails", () => throw new InvalidOperationException("no"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "runs", () =>
        {
            ran = true;
            return Task.FromResult(Done.Instance);
        });

        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance);

        Assert.True(ran);
    }

    [Fact]
    public async Task A_phase_that_does_not_recover_ends_the_shutdown_with_its_failure()
    {
        var config = ConfigurationFactory.ParseString("akka.coordinated-shutdown.phases.service-unbind.recover = off");
        var system = ActorSystem.Create("strict", config);
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "fails", () => throw new InvalidOperationException("no"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => shutdown.Run(CoordinatedShutdown.UnknownReason.Instance));

        Assert.False(system.WhenTerminated.IsCompleted);
        ((ExtendedActorSystem)system).Abort();
        await system.WhenTerminated;
    }

    [Fact]
    public async Task A_phase_that_takes_too_long_is_left_behind()
    {
        var config = ConfigurationFactory.ParseString("akka.coordinated-shutdown.phases.service-unbind.timeout = 50ms");
        var system = ActorSystem.Create("slow", config);
        var shutdown = CoordinatedShutdown.Get(system);
        var never = new TaskCompletionSource<Done>();
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "hangs", () => never.Task);

        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance);

        Assert.True(system.WhenTerminated.IsCompleted);
    }

    [Fact]
    public void The_phases_and_their_times_are_Akkas()
    {
        var shutdown = CoordinatedShutdown.Get(Sys);

        Assert.Equal(TimeSpan.FromSeconds(5), shutdown.Timeout(CoordinatedShutdown.PhaseBeforeServiceUnbind));
        Assert.Equal(TimeSpan.FromSeconds(10), shutdown.Timeout(CoordinatedShutdown.PhaseClusterExiting));
        Assert.Equal(TimeSpan.FromSeconds(10), shutdown.Timeout(CoordinatedShutdown.PhaseActorSystemTerminate));
        Assert.Throws<ArgumentException>(() => shutdown.AddTask("no-such-phase", "x", () => Task.FromResult(Done.Instance)));
    }
}
