using System.Collections.Immutable;
using ActorBroker.Client;
using Akka.Actor;

namespace ActorBroker.Samples;

/// <summary>An actor that processes every record at least once, while the broker may be killed (<c>kill -9</c>) and started again under it.</summary>
internal static class Survivor
{
    private const string Topic = "survivor";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static async Task RunAsync(ActorSystem system, BrokerClient client, CancellationToken end)
    {
        Console.WriteLine("Kill the node and start it again while this runs. Ctrl-C ends it.");
        await using var producer = client.CreateProducer<string, string>();
        await producer.SendAsync(new ProducerRecord<string, string>(Topic, "first", "0"), end);

        var ledger = system.ActorOf(Props.Create(() => new LedgerActor()), "ledger");
        system.ActorOf(ConsumerActor.Props(client, new ConsumerActorOptions<string, string>
        {
            Target = ledger.Path,
            Topics = ImmutableArray.Create(Topic),
            Consumer = new ConsumerOptions<string, string> { GroupId = "survivors", OffsetReset = OffsetReset.Earliest },
        }));

        using var pace = new PeriodicTimer(Pause);
        for (var i = 1; await pace.WaitForNextTickAsync(end); i++)
        {
            // Awaited: waits while the node is away, and fails only when it stays away for longer than the delivery timeout.
            await producer.SendAsync(new ProducerRecord<string, string>(Topic, $"account-{i % 5}", $"{i}"), end);
        }
    }
}

/// <summary>Processes deliveries. After a crash of this actor, of this process or of the broker what it has not acknowledged comes again, so
/// what it does must bear being done twice: here, it remembers by key how far it has come.</summary>
internal sealed class LedgerActor : ReceiveActor
{
    private const int TellEvery = 100;

    public LedgerActor()
    {
        var lastOfKey = new Dictionary<string, long>();
        var processed = 0;
        var repeated = 0;
        Receive<Delivered<string, string>>(delivery =>
        {
            var record = delivery.Record;
            if (lastOfKey.TryGetValue(record.Key, out var last) && record.Offset.Value <= last)
            {
                repeated++;
            }
            else
            {
                lastOfKey[record.Key] = record.Offset.Value;
                if (++processed % TellEvery == 0)
                {
                    Console.WriteLine($"{processed} processed, {repeated} seen before; now at {record.TopicPartition} @ {record.Offset}");
                }
            }

            Sender.Tell(new Ack(delivery.DeliveryId));
        });
    }
}
