using ActorBroker.Benchmarks.Remote;

// usage: dotnet run -c Release --project tests/ActorBroker.Benchmarks -- remote [--runs N]
return args switch
{
    ["remote", .. var rest] => await RemoteBenchmark.RunAsync(rest).ConfigureAwait(false),
    ["remote-peer"] => await RemotePeer.RunAsync().ConfigureAwait(false),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: ActorBroker.Benchmarks remote [--runs N]");
    return 2;
}
