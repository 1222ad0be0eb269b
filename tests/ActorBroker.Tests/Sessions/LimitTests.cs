using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Tests.Support;

namespace ActorBroker.Tests.Sessions;

/// <summary>Clients that take more than their share are slowed down or closed; the others are served.</summary>
public sealed class LimitTests
{
    private static readonly string Value = new('x', 100_000);

    [Fact]
    public async Task A_client_that_never_reads_is_closed_and_its_memory_goes_to_others()
    {
        await using var node = await StartAsync("reply-bytes-total-max=1m", "send-timeout=1s");
        await using var writer = await FilledAsync(node);
        await using var deaf = await KafkaClient.ConnectAsync(node);
        for (var i = 0; i < 400; i++)
        {
            await deaf.SendAsync(KafkaRequests.Fetch("feed", 0, 0), 11, expectAnswer: false);
        }

        // More than the limit and the sockets hold: the last of it is read when the one that does not read is gone.
        await using var reader = await KafkaClient.ConnectAsync(node);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(20, (await reader.ConsumeAsync("feed", 0)).Count);
        }

        await writer.ProduceAsync("feed", 0, "served all the time");
    }

    [Fact]
    public async Task Fetches_of_many_partitions_end_although_there_is_room_for_few()
    {
        await using var node = await StartAsync("reply-bytes-total-max=1m");
        await using var writer = await KafkaClient.ConnectAsync(node);
        await writer.CreateTopicAsync("many", 12);
        for (var partition = 0; partition < 12; partition++)
        {
            await writer.ProduceAsync("many", partition, Value, Value, Value);
        }

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => ReadAllAsync(node)));
    }

    /// <summary>What the first of them could return must not be kept for them: they have nothing.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2_000)]
    public async Task A_partition_with_records_is_read_although_those_before_it_could_fill_the_answer(int minBytes)
    {
        await using var node = await StartAsync("fetch-bytes-max=64k");
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("t", partitions: 6);
        await client.ProduceAsync("t", 4, Value);
        await client.ProduceAsync("t", 5, "last");

        var found = await FetchAllAsync(client, minBytes);
        Assert.Equal([4], found);
    }

    [Fact]
    public async Task A_partition_that_gets_records_answers_a_fetch_that_waits_for_more_than_an_answer_holds()
    {
        await using var node = await StartAsync("fetch-bytes-max=64k");
        await using var client = await KafkaClient.ConnectAsync(node);
        await using var writer = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("t", partitions: 6);
        var waiting = FetchAllAsync(client, minBytes: 1);

        await writer.ProduceAsync("t", 5, "last");

        Assert.Equal([5], await waiting);
    }

    [Fact]
    public async Task One_answer_holds_no_more_than_its_limit_but_for_a_single_batch()
    {
        await using var node = await StartAsync("fetch-bytes-max=250k");
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("t", partitions: 6);
        for (var partition = 0; partition < 6; partition++)
        {
            await client.ProduceAsync("t", partition, Value);
        }

        Assert.Equal([0, 1], (await FetchAllAsync(client, minBytes: 1)).Take(2));
        Assert.InRange((await FetchAllAsync(client, minBytes: 1)).Count, 2, 3);
    }

    [Fact]
    public async Task A_consumer_that_asks_for_no_bytes_at_all_gets_one_batch()
    {
        await using var node = await StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("t", partitions: 6);
        await client.ProduceAsync("t", 2, Value);
        await client.ProduceAsync("t", 5, "last");

        Assert.Equal([2], await FetchAllAsync(client, minBytes: 1, maxBytes: 0));
    }

    [Fact]
    public async Task A_request_that_comes_too_slowly_closes_its_connection()
    {
        await using var node = await StartAsync("request-receive-timeout=300ms");
        await using var slow = await KafkaClient.ConnectAsync(node);
        await slow.Stream.WriteAsync(Convert.FromHexString("0000010000030001"));
        await slow.ExpectClosedAsync();
    }

    [Fact]
    public async Task A_large_request_that_does_not_produce_is_refused_before_it_is_there()
    {
        await using var node = await StartAsync("command-bytes-max=1k");
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("t");
        Assert.Equal(0, await client.ProduceAsync("t", 0, Value));
        await client.Stream.WriteAsync(Convert.FromHexString("000004010003"));
        await client.ExpectClosedAsync();
    }

    [Fact]
    public async Task One_address_too_many_is_refused_and_may_come_again()
    {
        await using var node = await StartAsync("connections-per-address-max=1");
        await using (var first = await KafkaClient.ConnectAsync(node))
        {
            await first.CreateTopicAsync("t");
            await using var second = await KafkaClient.ConnectAsync(node);
            await second.ExpectClosedAsync();
            await first.ProduceAsync("t", 0, "x");
        }

        while (true)
        {
            await using var third = await KafkaClient.ConnectAsync(node);
            try
            {
                await third.ProduceAsync("t", 0, "y");
                return;
            }
            catch (Exception gone) when (gone is IOException)
            {
                // The first is still being closed.
            }
        }
    }

    [Fact]
    public async Task Producers_with_more_than_the_total_all_get_through()
    {
        await using var node = await StartAsync("in-flight-bytes-total-max=1m");
        await using var admin = await KafkaClient.ConnectAsync(node);
        await admin.CreateTopicAsync("big");
        var large = new string('x', 900_000);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            await using var producer = await KafkaClient.ConnectAsync(node);
            for (var i = 0; i < 5; i++)
            {
                await producer.ProduceAsync("big", 0, large);
            }
        }));
        Assert.Equal(30, (await admin.ConsumeAsync("big", 0)).Count);
    }

    [Fact]
    public async Task A_connection_that_was_quiet_for_long_is_served_again()
    {
        await using var node = await StartAsync("idle-timeout=1m");
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("t");
        using (var quiet = new PeriodicTimer(TimeSpan.FromSeconds(7)))
        {
            await quiet.WaitForNextTickAsync();
        }

        await client.ProduceAsync("t", 0, "x");
        await client.ProduceAsync("t", 0, Value);
        Assert.Equal(2, (await client.ConsumeAsync("t", 0)).Count);
    }

    /// <summary>Fetches all six partitions of <c>t</c> from their beginning.</summary>
    /// <returns>Those of which something came.</returns>
    private static async Task<List<int>> FetchAllAsync(KafkaClient client, int minBytes, int maxBytes = int.MaxValue)
    {
        var request = new FetchRequest
        {
            MaxWaitMs = 20_000,
            MinBytes = minBytes,
            MaxBytes = maxBytes,
            Topics = [new() { Topic = "t", Partitions = [.. Enumerable.Range(0, 6).Select(number => new FetchRequest.FetchPartition { Partition = number, PartitionMaxBytes = 1 << 20 })] }],
        };
        var answer = await client.AskAsync<FetchResponse>(request, 11);
        return [.. answer.Responses[0].Partitions.Where(partition => partition.Records is { Length: > 0 }).Select(partition => partition.PartitionIndex)];
    }

    private static async Task ReadAllAsync(BrokerNode node)
    {
        await using var reader = await KafkaClient.ConnectAsync(node);
        var request = KafkaRequests.Fetch("many", 0, 0, maxWaitMs: 10_000);
        (request.MaxBytes, request.Topics[0].Partitions) =
            (int.MaxValue, [.. Enumerable.Range(0, 12).Select(number => new FetchRequest.FetchPartition { Partition = number, PartitionMaxBytes = int.MaxValue })]);
        var left = Enumerable.Range(0, 12).ToHashSet();
        while (left.Count > 0)
        {
            var response = await reader.AskAsync<FetchResponse>(request, 11);
            foreach (var partition in response.Responses[0].Partitions)
            {
                Assert.Equal(ErrorCode.None, (ErrorCode)partition.ErrorCode);
                if (partition.Records is { Length: > 0 })
                {
                    left.Remove(partition.PartitionIndex);
                    request.Topics[0].Partitions.RemoveAll(wanted => wanted.Partition == partition.PartitionIndex);
                }
            }
        }
    }

    private static Task<BrokerNode> StartAsync(params string[] settings) =>
        BrokerNode.StartAsync(new BrokerNodeOptions { Set = [.. settings.Select(setting => $"broker.kafka.{setting}"), "akka.loglevel=OFF"] });

    private static async Task<KafkaClient> FilledAsync(BrokerNode node)
    {
        var writer = await KafkaClient.ConnectAsync(node);
        await writer.CreateTopicAsync("feed");
        for (var i = 0; i < 20; i++)
        {
            await writer.ProduceAsync("feed", 0, Value);
        }

        return writer;
    }
}
