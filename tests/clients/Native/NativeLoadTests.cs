using System.Globalization;
using ActorBroker.Client;
using ActorBroker.Clients.Acceptance.Programs;
using ActorBroker.Messages;

namespace ActorBroker.Clients.Acceptance.Native;

/// <summary>Many native clients in one process, and one that does not read.</summary>
public sealed class NativeLoadTests
{
    private const int Clients = 500;
    private const int RecordsEach = 20;
    private const long MiB = 1 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Five_hundred_producers_and_five_hundred_consumers_share_one_process()
    {
        using var patience = new CancellationTokenSource(Patience);
        await using var node = await NodeProcess.StartAsync();
        await using var application = new NativeSystem(node.AkkaAddress);
        await application.Client.Admin.CreateTopicAsync(new NewTopic("crowd", Partitions: 10));

        var reading = Enumerable.Range(0, Clients).Select(number => CountAsync(application, number, patience.Token)).ToArray();
        var writing = Enumerable.Range(0, Clients).Select(number => WriteAsync(application, number, patience.Token)).ToArray();

        await Task.WhenAll(writing);
        Assert.All(await Task.WhenAll(reading), count => Assert.Equal(Clients / 10 * RecordsEach, count));
    }

    [Fact]
    public async Task A_consumer_that_stops_reading_does_not_grow_the_node()
    {
        using var patience = new CancellationTokenSource(Patience);
        await using var node = await NodeProcess.StartAsync();
        await using var application = new NativeSystem(node.AkkaAddress);
        await application.Client.Admin.CreateTopicAsync(new NewTopic("deaf", Partitions: 1));
        await using var producer = application.Client.CreateProducer<byte[], byte[]>();
        await using var consumer = application.Client.CreateConsumer<byte[], byte[]>();
        consumer.Assign(new TopicPartitionStart(new TopicPartition("deaf", 0), Start.Earliest));
        await WriteAsync(producer, "deaf", 64 * MiB, patience.Token);
        await using var reader = consumer.GetAsyncEnumerator(patience.Token);
        Assert.True(await reader.MoveNextAsync());
        var before = ResidentBytes(node.ProcessId);

        // From here on nobody asks for a record, while many more come.
        await WriteAsync(producer, "deaf", 512 * MiB, patience.Token);

        var grown = ResidentBytes(node.ProcessId) - before;
        Assert.True(grown < 128 * MiB, $"the node has grown by {grown / MiB} MiB");
        for (var i = 0; i < 1000; i++) Assert.True(await reader.MoveNextAsync());
    }

    private static async Task WriteAsync(NativeSystem application, int number, CancellationToken cancellationToken)
    {
        await using var producer = application.Client.CreateProducer<int, string>();
        for (var i = 0; i < RecordsEach; i++)
        {
            await producer.SendAsync(new ProducerRecord<int, string>("crowd", number, "hello") { Partition = number % 10 }, cancellationToken);
        }
    }

    private static async Task<int> CountAsync(NativeSystem application, int number, CancellationToken cancellationToken)
    {
        await using var consumer = application.Client.CreateConsumer<int, string>(new ConsumerOptions<int, string> { BufferBytes = 1 << 20 });
        consumer.Assign(new TopicPartitionStart(new TopicPartition("crowd", number % 10), Start.Earliest));
        var count = 0;
        await foreach (var record in consumer.WithCancellation(cancellationToken))
        {
            Assert.Equal("hello", record.Value);
            if (++count == Clients / 10 * RecordsEach) break;
        }

        return count;
    }

    private static async Task WriteAsync(Producer<byte[], byte[]> producer, string topic, long bytes, CancellationToken cancellationToken)
    {
        var value = new byte[16 << 10];
        var inFlight = new Queue<Task>();
        for (long sent = 0; sent < bytes; sent += value.Length)
        {
            inFlight.Enqueue(producer.SendAsync(new ProducerRecord<byte[], byte[]>(topic, null, value), cancellationToken));
            if (inFlight.Count > 1000) await inFlight.Dequeue();
        }

        await Task.WhenAll(inFlight);
    }

    /// <summary>Memory of its own, without the files it has mapped.</summary>
    private static long ResidentBytes(int processId)
    {
        var line = File.ReadLines($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/status").First(one => one.StartsWith("RssAnon:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
