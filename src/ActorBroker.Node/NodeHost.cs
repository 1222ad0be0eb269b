using System.Runtime.InteropServices;

namespace ActorBroker.Node;

/// <summary>Runs one node until the process is told to end.</summary>
internal static class NodeHost
{
    /// <summary>Starts, says so in one line, waits for SIGTERM or SIGINT, stops with all data flushed. A node that the others have gone on without is
    /// started again.</summary>
    /// <exception cref="NodeStartException">The node cannot start.</exception>
    public static async Task RunAsync(BrokerNodeOptions options, TextWriter output)
    {
        using var end = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        try
        {
            while (await RunOnceAsync(options, output, end.Token).ConfigureAwait(false))
            {
                await SayAsync(output, "the cluster went on without this node: it starts again").ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            await SayAsync(output, "stopped before it was ready").ConfigureAwait(false);
        }

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            end.Cancel();
        }
    }

    /// <returns>Whether it is to be started again.</returns>
    private static async Task<bool> RunOnceAsync(BrokerNodeOptions options, TextWriter output, CancellationToken end)
    {
        var node = await BrokerNode.StartAsync(options, end).ConfigureAwait(false);
        var wasExpelled = false;
        await using (node.ConfigureAwait(false))
        {
            var health = await HealthEndpoint.StartAsync(node).ConfigureAwait(false);
            await using (health.ConfigureAwait(false))
            {
                var http = health.Address is { } address ? $" http={address}" : "";
                await SayAsync(output, $"ready node={node.NodeId} kafka={node.Bootstrap} akka={node.AkkaAddress}{http} data={node.DataFolder}").ConfigureAwait(false);
                await Task.WhenAny(Signalled(end), node.Ended).ConfigureAwait(false);
                wasExpelled = node.WasExpelled;
            }
        }

        await SayAsync(output, $"stopped node={node.NodeId}").ConfigureAwait(false);
        return wasExpelled && !end.IsCancellationRequested;
    }

    private static async Task Signalled(CancellationToken end)
    {
        var signalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = end.Register(signalled.SetResult);
        await signalled.Task.ConfigureAwait(false);
    }

    private static async Task SayAsync(TextWriter output, string line)
    {
        await output.WriteLineAsync(line).ConfigureAwait(false);
        await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
