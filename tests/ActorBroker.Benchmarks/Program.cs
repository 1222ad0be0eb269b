using ActorBroker.Benchmarks.Cluster;
using ActorBroker.Benchmarks.Kill;
using ActorBroker.Benchmarks.Metadata;
using ActorBroker.Benchmarks.Native;
using ActorBroker.Benchmarks.Remote;

// usage: dotnet run -c Release --project tests/ActorBroker.Benchmarks -- remote|native [--runs N] | metadata | cluster [--partitions N] [--logs DIR] [--set path=value] | kill [--times N] [--seed N]
return args switch
{
    ["remote", .. var rest] => await RemoteBenchmark.RunAsync(rest),
    ["native", .. var rest] => await NativeBenchmark.RunAsync(rest),
    ["metadata"] => await MetadataBenchmark.RunAsync(),
    ["cluster", .. var rest] => await ClusterBenchmark.RunAsync(rest),
    ["kill", .. var rest] => await KillCommand.RunAsync(rest),
    ["remote-peer"] => await RemotePeer.RunAsync(),
    ["node-peer"] => await NodePeer.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: ActorBroker.Benchmarks remote|native [--runs N] | metadata | cluster [--partitions N] [--logs DIR] [--set path=value] | kill [--times N] [--seed N]");
    return 2;
}
