namespace ActorBroker.Benchmarks.Native;

/// <summary>A node as a process of its own. Ends when its standard input does.</summary>
internal static class NodePeer
{
    public static async Task<int> RunAsync()
    {
        var node = await BrokerNode.StartAsync();
        await using (node)
        {
            Console.WriteLine($"{node.Bootstrap} {node.AkkaAddress}");
            await Console.In.ReadToEndAsync();
        }

        return 0;
    }
}
