using Akka.Configuration;

namespace Akka.Actor;

/// <summary>Makes a system's <see cref="CoordinatedShutdown"/> and adds what the runtime itself does in it.</summary>
public sealed class CoordinatedShutdownExtension : ExtensionIdProvider<CoordinatedShutdown>
{
    private const string Section = "akka.coordinated-shutdown";

    public override CoordinatedShutdown CreateExtension(ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        var settings = system.Settings.Config.GetConfig(Section)
            ?? throw new ConfigurationException($"The configuration has no {Section}.");
        var shutdown = new CoordinatedShutdown(system, ShutdownPhase.ReadAll(settings));
        AddTerminateTask(shutdown, settings);
        if (settings.GetBoolean("run-by-clr-shutdown-hook", true))
        {
            RunAtProcessExit(shutdown);
        }

        return shutdown;
    }

    private static void AddTerminateTask(CoordinatedShutdown shutdown, Config settings)
    {
        var terminates = settings.GetBoolean("terminate-actor-system", true);
        var exits = settings.GetBoolean("exit-clr", false);
        if (!terminates && !exits)
        {
            return;
        }

        shutdown.AddTask(CoordinatedShutdown.PhaseActorSystemTerminate, "terminate-system", async () =>
        {
            if (terminates)
            {
                await FinalTerminate(shutdown.System).ConfigureAwait(false);
            }

            // The hook of the process's end is itself waiting for this task: it must not end the process a second time.
            if (exits && shutdown.ShutdownReason is not CoordinatedShutdown.ClrExitReason)
            {
                Environment.Exit(shutdown.ShutdownReason.ExitCode);
            }

            return Done.Instance;
        });
    }

    private static Task FinalTerminate(ExtendedActorSystem system)
    {
        ((Internal.ActorSystemImpl)system).FinalTerminate();
        return system.WhenTerminated;
    }

    private static void RunAtProcessExit(CoordinatedShutdown shutdown)
    {
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        shutdown.System.RegisterOnTermination(() => AppDomain.CurrentDomain.ProcessExit -= OnExit);

        void OnExit(object? sender, EventArgs args)
        {
            // The process ends when this returns, so here, and nowhere else, a thread waits.
            if (shutdown.ShutdownReason is null)
            {
                ((IAsyncResult)shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance)).AsyncWaitHandle.WaitOne(shutdown.TotalTimeout);
            }
        }
    }
}
