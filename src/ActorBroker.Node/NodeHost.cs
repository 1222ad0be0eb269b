using System.Runtime.InteropServices;

namespace ActorBroker.Node;

/// <summary>Runs one node until the process is told to end.</summary>
internal static class NodeHost
{
    /// <summary>Starts, says so in one line, waits for SIGTERM or SIGINT, stops with all data flushed.</summary>
    /// <exception cref="NodeStartException">The node cannot start.</exception>
    public static async Task RunAsync(BrokerNodeOptions options, TextWriter output)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);

        var node = await BrokerNode.StartAsync(options).ConfigureAwait(false);
        await using (node.ConfigureAwait(false))
        {
            var health = await HealthEndpoint.StartAsync(node).ConfigureAwait(false);
            await using (health.ConfigureAwait(false))
            {
                var http = health.Address is { } address ? $" http={address}" : "";
                await output.WriteLineAsync($"ready node={node.NodeId} kafka={node.Bootstrap} akka={node.AkkaAddress}{http} data={node.DataFolder}").ConfigureAwait(false);
                await output.FlushAsync().ConfigureAwait(false);
                await Task.WhenAny(ended.Task, node.System.WhenTerminated).ConfigureAwait(false);
            }
        }

        await output.WriteLineAsync($"stopped node={node.NodeId}").ConfigureAwait(false);

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            ended.TrySetResult();
        }
    }
}
