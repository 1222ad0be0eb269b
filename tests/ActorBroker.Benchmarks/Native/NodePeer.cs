namespace ActorBroker.Benchmarks.Native;

/// <summary>A node as a process of its own. Ends when its standard input does.</summary>
internal static class NodePeer
{
    public static async Task<int> RunAsync()
    {
        var node = await BrokerNode.StartAsync().ConfigureAwait(false);
        await using (node.ConfigureAwait(false))
        {
            Console.WriteLine($"{node.Bootstrap} {node.AkkaAddress}");
            await Console.In.ReadToEndAsync().ConfigureAwait(false);
        }

        return 0;
    }
}
