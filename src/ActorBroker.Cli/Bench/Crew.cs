namespace ActorBroker.Cli.Bench;

/// <summary>Workers of one run.</summary>
internal static class Crew
{
    /// <summary>Runs all of them to their end. The first that fails stops the others, and its failure is thrown.</summary>
    public static async Task RunAsync(IEnumerable<Func<CancellationToken, Task>> workers, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll([.. workers.Select(worker => WorkAsync(worker, stop))]);
    }

    private static async Task WorkAsync(Func<CancellationToken, Task> worker, CancellationTokenSource stop)
    {
        await Task.Yield();   // one that never waits does not keep the next from starting
        try
        {
            await worker(stop.Token);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }
}
