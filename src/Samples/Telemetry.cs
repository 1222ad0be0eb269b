using ActorBroker.Client;
using Akka.Actor;

namespace ActorBroker.Samples;

/// <summary>Actors publish metrics, logs and user-tracking events into three topics of one broker; three groups read them, each at its own
/// pace and without knowing of the others.</summary>
internal static class Telemetry
{
    private const int EventsEach = 1000;

    private static readonly string[] Topics = ["metrics", "logs", "tracking"];

    private static readonly string[] Groups = ["dashboard", "alerts", "archive"];

    public static async Task RunAsync(ActorSystem system, BrokerClient client, CancellationToken end)
    {
        foreach (var topic in Topics)
        {
            await CreateAsync(client, topic, end);
        }

        // One producer for all publishers: it batches what they send.
        var producer = system.ActorOf(ProducerActor.Props<string, TelemetryEvent>(new ProducerOptions<string, TelemetryEvent>
        {
            ValueSerializer = Serializers.Json<TelemetryEvent>(),
        }));
        var groups = Groups.Select(group => ReadAsync(client, group, end)).ToArray();
        foreach (var topic in Topics)
        {
            system.ActorOf(Props.Create(() => new PublisherActor(producer, topic, EventsEach)), topic);
        }

        foreach (var line in await Task.WhenAll(groups))
        {
            Console.WriteLine(line);
        }
    }

    private static async Task CreateAsync(BrokerClient client, string topic, CancellationToken end)
    {
        try
        {
            await client.Admin.CreateTopicAsync(new NewTopic(topic, Partitions: 3), ct: end);
        }
        catch (TopicExistsException)
        {
            Console.WriteLine($"{topic} is there already");
        }
    }

    /// <summary>Reads all three topics as a member of the group. Records that were processed are not seen again by this group.</summary>
    private static async Task<string> ReadAsync(BrokerClient client, string group, CancellationToken end)
    {
        await using var consumer = client.CreateConsumer(new ConsumerOptions<string, TelemetryEvent>
        {
            GroupId = group,
            OffsetReset = OffsetReset.Earliest,
            ValueDeserializer = Deserializers.Json<TelemetryEvent>(),
        });
        consumer.Subscribe(Topics);
        var perTopic = Topics.ToDictionary(topic => topic, _ => 0);
        await foreach (var record in consumer.WithCancellation(end))
        {
            perTopic[record.Topic]++;
            if (perTopic.Values.Sum() == Topics.Length * EventsEach)
            {
                await consumer.CommitAsync();
                break;
            }
        }

        return $"{group} has read {string.Join(", ", perTopic.Select(topic => $"{topic.Value} of {topic.Key}"))}";
    }
}

/// <summary>Something that happened.</summary>
internal sealed record TelemetryEvent(string Source, int Number, double Value);

/// <summary>Publishes a number of events and counts what became of them.</summary>
internal sealed class PublisherActor : ReceiveActor
{
    public PublisherActor(IActorRef producer, string topic, int count)
    {
        var acknowledged = 0;
        for (var i = 0; i < count; i++)
        {
            var happened = new TelemetryEvent(topic, i, i / 10.0);
            producer.Tell(new Produce<string, TelemetryEvent>(new ProducerRecord<string, TelemetryEvent>(topic, $"host-{i % 10}", happened), i));
        }

        Receive<Produced>(_ =>
        {
            if (++acknowledged == count)
            {
                Console.WriteLine($"{topic}: {acknowledged} events are in the broker");
                Context.Stop(Self);
            }
        });
        Receive<ProduceFailed>(failed => Console.Error.WriteLine($"{topic}, event {failed.Correlation}: {failed.Message}"));
    }
}
