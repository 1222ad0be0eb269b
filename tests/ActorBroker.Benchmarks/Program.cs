using ActorBroker.Benchmarks.Abuse;
using ActorBroker.Benchmarks.Cluster;
using ActorBroker.Benchmarks.Kill;
using ActorBroker.Benchmarks.Metadata;
using ActorBroker.Benchmarks.Native;
using ActorBroker.Benchmarks.Parts;
using ActorBroker.Benchmarks.Remote;
using ActorBroker.Benchmarks.Runtime;
using ActorBroker.Benchmarks.Sleep;

// usage: dotnet run -c Release --project tests/ActorBroker.Benchmarks -- remote|native|librdkafka|runtime [--runs N] | parts [--filter GLOB] | metadata | cluster [--partitions N] [--logs DIR] [--set path=value]
//        | partitions [--partitions N] [--set path=value] | kill [--times N] [--seed N] | abuse [--seconds-factor F] [--only KIND]
return args switch
{
    ["remote", .. var rest] => await RemoteBenchmark.RunAsync(rest),
    ["native", .. var rest] => await NativeBenchmark.RunAsync(rest),
    ["librdkafka", .. var rest] => await RdkafkaBenchmark.RunAsync(rest),
    ["runtime", .. var rest] => await RuntimeBenchmark.RunAsync(rest),
    ["parts", .. var rest] => PartsBenchmark.Run(rest),
    ["metadata"] => await MetadataBenchmark.RunAsync(),
    ["cluster", .. var rest] => await ClusterBenchmark.RunAsync(rest),
    ["partitions", .. var rest] => await PartitionsBenchmark.RunAsync(rest),
    ["kill", .. var rest] => await KillCommand.RunAsync(rest),
    ["abuse", .. var rest] => await AbuseBenchmark.RunAsync(rest),
    ["remote-peer"] => await RemotePeer.RunAsync(),
    ["node-peer"] => await NodePeer.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        "usage: ActorBroker.Benchmarks remote|native|librdkafka|runtime [--runs N] | parts [--filter GLOB] | metadata | cluster [--partitions N] [--logs DIR] [--set path=value] | partitions [--partitions N] [--set path=value] | kill [--times N] [--seed N] | abuse [--seconds-factor F] [--only KIND]");
    return 2;
}
