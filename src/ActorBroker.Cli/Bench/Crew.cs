using ActorBroker.Cli.Client;

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

    /// <summary>Work for a thread of its own, which may block on its connection: that is closed when it has to stop.</summary>
    public static Func<CancellationToken, Task> OnThread(RawConnection connection, Action<CancellationToken> work) => async token =>
    {
        await using var closing = token.Register(connection.Dispose);
        try
        {
            await Task.Factory.StartNew(() => work(token), token, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
        }
        catch (ConnectionException) when (token.IsCancellationRequested)
        {
            token.ThrowIfCancellationRequested();
        }
    };

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
