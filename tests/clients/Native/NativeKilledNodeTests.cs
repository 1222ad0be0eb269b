using ActorBroker.Client;
using ActorBroker.Clients.Acceptance.Programs;
using ActorBroker.Messages;

namespace ActorBroker.Clients.Acceptance.Native;

/// <summary>kill -9 of the node under the load of native producers and consumers, which go on by themselves.</summary>
public sealed class NativeKilledNodeTests
{
    private const int Producers = 4;
    private const int Keys = 64;
    private const int RecordsPerKey = 15_625;
    private const int Partitions = 4;
    private const int Kills = 3;
    private const int InFlightPerKey = 100;
    private const int ValueBytes = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task A_million_records_outlive_a_node_that_is_killed_again_and_again()
    {
        using var patience = new CancellationTokenSource(Patience);
        await using var node = await NodeProcess.StartAsync();
        await using var application = new NativeSystem(node.AkkaAddress);
        await application.Client.Admin.CreateTopicAsync(new NewTopic("history", Partitions));
        var history = new History();

        var reading = ReadAsync(application, history, Keys * RecordsPerKey, patience.Token);
        var writing = Task.WhenAll(Enumerable.Range(0, Producers).Select(number => WriteAsync(application, history, number, patience.Token)));
        for (var kill = 1; kill <= Kills; kill++)
        {
            await ReachedAsync(history, (long)Keys * RecordsPerKey * kill / (Kills + 2), writing, patience.Token);
            await node.KillAsync();
            await node.StartAgainAsync();
        }

        await writing;
        await reading;

        Assert.Equal(Keys * RecordsPerKey, history.Acknowledged);
        history.Verify();
    }

    /// <summary>Each producer has keys of its own; the records of a key are sent in their order, many at a time.</summary>
    private static async Task WriteAsync(NativeSystem application, History history, int number, CancellationToken cancellationToken)
    {
        await using var producer = application.Client.CreateProducer<int, byte[]>();
        var keys = Enumerable.Range(0, Keys).Where(key => key % Producers == number).ToArray();
        var inFlight = new Queue<Task>();
        for (var i = 0; i < RecordsPerKey; i++)
        {
            foreach (var key in keys)
            {
                inFlight.Enqueue(SendAsync(producer, history, key, i, cancellationToken));
                if (inFlight.Count > InFlightPerKey * keys.Length) await inFlight.Dequeue();
            }
        }

        await Task.WhenAll(inFlight);
    }

    private static async Task SendAsync(Producer<int, byte[]> producer, History history, int key, int number, CancellationToken cancellationToken)
    {
        var stored = await producer.SendAsync(new ProducerRecord<int, byte[]>("history", key, History.Value(key, number, ValueBytes)), cancellationToken);
        history.OnAcknowledged(key, number, stored.TopicPartition, stored.Offset.Value);
    }

    private static async Task ReadAsync(NativeSystem application, History history, int count, CancellationToken cancellationToken)
    {
        await using var consumer = application.Client.CreateConsumer<int, byte[]>();
        consumer.Assign(Enumerable.Range(0, Partitions).Select(partition => new TopicPartitionStart(new TopicPartition("history", partition), Start.Earliest)));
        await foreach (var record in consumer.WithCancellation(cancellationToken))
        {
            history.OnRead(record.TopicPartition, record.Offset.Value, record.Value);
            if (history.Read == count) return;
        }
    }

    private static async Task ReachedAsync(History history, long count, Task writing, CancellationToken cancellationToken)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (history.Acknowledged < count && !writing.IsCompleted) await looks.WaitForNextTickAsync(cancellationToken);
    }
}
