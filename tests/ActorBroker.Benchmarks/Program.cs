using ActorBroker.Benchmarks.Native;
using ActorBroker.Benchmarks.Remote;

// usage: dotnet run -c Release --project tests/ActorBroker.Benchmarks -- remote|native [--runs N]
return args switch
{
    ["remote", .. var rest] => await RemoteBenchmark.RunAsync(rest),
    ["native", .. var rest] => await NativeBenchmark.RunAsync(rest),
    ["remote-peer"] => await RemotePeer.RunAsync(),
    ["node-peer"] => await NodePeer.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: ActorBroker.Benchmarks remote|native [--runs N]");
    return 2;
}
