using System.Diagnostics;
using System.Globalization;
using ActorBroker.Client;
using ActorBroker.Messages;
using Akka.Actor;
using Akka.Configuration;

namespace ActorBroker.Benchmarks.Native;

/// <summary>The native client against a node in another process, beside librdkafka on the same node in the same run.</summary>
internal sealed class NativeBenchmark(BrokerClient client, string bootstrap, Rdkafka? rdkafka)
{
    private const int Count = 1_000_000;
    private const int Bytes = 1024;
    private const int InFlight = 50_000;
    private const int RatePerSecond = 1000;
    private const int LatencySeconds = 10;

    public static async Task<int> RunAsync(string[] args)
    {
        var runs = args is ["--runs", var number] ? int.Parse(number, CultureInfo.InvariantCulture) : 3;
        var (node, words) = await Peer.StartAsync("node-peer");
        using var system = ActorSystem.Create("bench", ConfigurationFactory.ParseString($$"""
            akka {
              loglevel = WARNING
              actor.provider = remote
              remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
            }
            actorbroker.client.contact-points = ["{{words[1]}}"]
            """));
        var benchmark = new NativeBenchmark(BrokerClient.Get(system), words[0], await Rdkafka.CompileAsync());
        for (var run = 1; run <= runs; run++)
        {
            Console.WriteLine($"run {run} of {runs}: {Count:N0} records of {Bytes} bytes, one partition");
            await benchmark.RunOnceAsync($"run-{run}");
        }

        await system.Terminate();
        await Peer.StopAsync(node);
        return 0;
    }

    private async Task RunOnceAsync(string topic)
    {
        if (rdkafka is not null)
        {
            Print("librdkafka produce", await RdkafkaAsync("produce", topic + "-c"));
        }

        Print("native produce", await TimedAsync(topic, ProduceAsync));
        if (rdkafka is not null)
        {
            Print("librdkafka consume", await RdkafkaAsync("consume", topic + "-c"));
            await client.Admin.DeleteTopicAsync(topic + "-c");
        }

        Print("native consume, copied", await ConsumeAsync<byte[]>(topic));
        Print("native consume, in place", await ConsumeAsync<ReadOnlyMemory<byte>>(topic));
        await client.Admin.DeleteTopicAsync(topic);
        var latencies = await LatencyAsync(topic + "-l");
        await client.Admin.DeleteTopicAsync(topic + "-l");
        Console.WriteLine($"  {"end to end, 1,000 /s",-24} p50 {latencies.Percentile(0.5):N0} us  p99 {latencies.Percentile(0.99):N0} us");
    }

    private static void Print(string what, double seconds) =>
        Console.WriteLine($"  {what,-24} {Count * (double)Bytes / 1e6 / seconds,8:N0} MB/s  {Count / seconds,12:N0} records/s");

    private async Task<double> RdkafkaAsync(string what, string topic)
    {
        if (what == "produce")
        {
            await client.Admin.CreateTopicAsync(new NewTopic(topic, Partitions: 1));
        }

        return await rdkafka!.RunAsync(what, bootstrap, topic, Count, Bytes);
    }

    private async Task<double> TimedAsync(string topic, Func<string, Task> work)
    {
        await client.Admin.CreateTopicAsync(new NewTopic(topic, Partitions: 1));
        var watch = Stopwatch.StartNew();
        await work(topic);
        return watch.Elapsed.TotalSeconds;
    }

    private async Task ProduceAsync(string topic)
    {
        var producer = client.CreateProducer(new ProducerOptions<byte[], byte[]> { Acks = ProducerAcks.Leader });
        await using (producer)
        {
            var value = new byte[Bytes];
            var inFlight = new Queue<Task>(InFlight);
            for (var i = 0; i < Count; i++)
            {
                inFlight.Enqueue(producer.SendAsync(new ProducerRecord<byte[], byte[]>(topic, null, value)));
                if (inFlight.Count == InFlight)
                {
                    await inFlight.Dequeue();
                }
            }

            await Task.WhenAll(inFlight);
        }
    }

    private async Task<double> ConsumeAsync<TValue>(string topic)
    {
        var consumer = client.CreateConsumer<TValue, TValue>();
        await using (consumer)
        {
            consumer.Assign(new TopicPartitionStart(new TopicPartition(topic, 0), Start.Earliest));
            var watch = new Stopwatch();
            var count = 0;
            await foreach (var _ in consumer)
            {
                if (count++ == 0)
                {
                    watch.Start();
                }

                if (count == Count)
                {
                    break;
                }
            }

            return watch.Elapsed.TotalSeconds;
        }
    }

    /// <summary>From the call of SendAsync to the consumer's hands, at a steady rate.</summary>
    private async Task<Latencies> LatencyAsync(string topic)
    {
        await client.Admin.CreateTopicAsync(new NewTopic(topic, Partitions: 1));
        var producer = client.CreateProducer(new ProducerOptions<byte[], byte[]> { Acks = ProducerAcks.Leader, Linger = TimeSpan.Zero });
        var consumer = client.CreateConsumer<byte[], byte[]>();
        await using (producer)
        await using (consumer)
        {
            consumer.Assign(new TopicPartitionStart(new TopicPartition(topic, 0), Start.Earliest));
            var total = RatePerSecond * LatencySeconds;
            var latencies = new Latencies(total);
            var reading = Task.Run(() => ReadLatenciesAsync(consumer, latencies, total));
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(1000.0 / RatePerSecond));
            for (var i = 0; i < total; i++)
            {
                await pace.WaitForNextTickAsync();
                var value = new byte[Bytes];
                BitConverter.TryWriteBytes(value, Stopwatch.GetTimestamp());
                _ = producer.SendAsync(new ProducerRecord<byte[], byte[]>(topic, null, value));
            }

            await reading;
            return latencies;
        }
    }

    private static async Task ReadLatenciesAsync(Consumer<byte[], byte[]> consumer, Latencies latencies, int total)
    {
        var count = 0;
        await foreach (var record in consumer)
        {
            // The first ones find cold code on all sides.
            if (++count > RatePerSecond)
            {
                latencies.Add(Stopwatch.GetElapsedTime(BitConverter.ToInt64(record.Value)));
            }

            if (count == total)
            {
                return;
            }
        }
    }
}
