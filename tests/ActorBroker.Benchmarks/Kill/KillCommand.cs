using System.Globalization;
using System.Runtime.InteropServices;

namespace ActorBroker.Benchmarks.Kill;

/// <summary>The command line of the soak.</summary>
internal static class KillCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var options = args.Chunk(2).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => int.Parse(pair[1], CultureInfo.InvariantCulture));
        var plan = new KillPlan(options.GetValueOrDefault("--times", 100), options.GetValueOrDefault("--seed", Environment.ProcessId));
        using var end = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        var folder = Directory.CreateTempSubdirectory("actorbroker-kill-");
        Console.WriteLine($"kill {plan}; data in {folder.FullName}");
        try
        {
            using var soak = new KillSoak(plan, folder.FullName, Console.Out);
            await soak.RunAsync(end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            folder.Delete(recursive: true);
            return 130;
        }
        catch (PromiseBrokenException broken)
        {
            Console.Error.WriteLine($"BROKEN: {broken.Message}");
            Console.Error.WriteLine($"again: kill {plan}; the node's data and log are kept in {folder.FullName}");
            return 1;
        }

        folder.Delete(recursive: true);
        return 0;

        void Cancel(PosixSignalContext context)
        {
            context.Cancel = true;
            end.Cancel();
        }
    }
}
