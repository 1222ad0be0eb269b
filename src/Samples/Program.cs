using ActorBroker.Client;
using ActorBroker.Samples;
using Akka.Actor;
using Akka.Configuration;

// usage: dotnet run --project src/Samples -- telemetry|replay|survivor [contact point]
// A node must run: dotnet run -c Release --project src/ActorBroker.Node
var contactPoint = args.Length > 1 ? args[1] : "akka.tcp://ActorBroker@127.0.0.1:2551";
using var system = ActorSystem.Create("samples", ConfigurationFactory.ParseString($$"""
    akka {
      loglevel = WARNING
      actor.provider = remote
      remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
    }
    actorbroker.client.contact-points = ["{{contactPoint}}"]
    """));
var client = BrokerClient.Get(system);
using var end = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    end.Cancel();
};
try
{
    await ((args.Length > 0 ? args[0] : "") switch
    {
        "telemetry" => Telemetry.RunAsync(system, client, end.Token),
        "replay" => Replay.RunAsync(client, end.Token),
        "survivor" => Survivor.RunAsync(system, client, end.Token),
        _ => Console.Error.WriteLineAsync("usage: actorbroker-samples telemetry|replay|survivor [akka.tcp://ActorBroker@host:port]"),
    });
}
catch (OperationCanceledException) when (end.IsCancellationRequested)
{
    Console.WriteLine("stopped");
}

await system.Terminate();
