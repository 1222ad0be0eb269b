using ActorBroker.Benchmarks.Metadata;
using ActorBroker.Benchmarks.Native;
using ActorBroker.Benchmarks.Remote;

// usage: dotnet run -c Release --project tests/ActorBroker.Benchmarks -- remote|native|metadata [--runs N]
return args switch
{
    ["remote", .. var rest] => await RemoteBenchmark.RunAsync(rest),
    ["native", .. var rest] => await NativeBenchmark.RunAsync(rest),
    ["metadata"] => await MetadataBenchmark.RunAsync(),
    ["remote-peer"] => await RemotePeer.RunAsync(),
    ["node-peer"] => await NodePeer.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: ActorBroker.Benchmarks remote|native|metadata [--runs N]");
    return 2;
}
