using System.Text;
using ActorBroker.Client;
using ActorBroker.Clients.Acceptance.Drivers;
using ActorBroker.Clients.Acceptance.Programs;

namespace ActorBroker.Clients.Acceptance.Native;

/// <summary>Native consumers and Kafka clients that have an assignor in common are members of one group.</summary>
public sealed class MixedGroupTests(NodeFixture fixture) : IClassFixture<NodeFixture>
{
    private const int Partitions = 4;
    private const int RecordsEach = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [SkippableTheory]
    [InlineData("confluent-kafka", true)]
    [InlineData("confluent-kafka", false)]
    [InlineData("kafka-python", true)]
    [InlineData("kafka-python", false)]
    public async Task They_share_the_partitions_whoever_leads_the_group(string name, bool isNativeFirst)
    {
        using var patience = new CancellationTokenSource(Patience);
        var other = (ScriptDriver)await ClientDrivers.RequireAsync(name);
        var node = await fixture.NodeAsync();
        var topic = $"mixed-{name}-{isNativeFirst}";
        await TopicAdmin.CreateAsync(node, topic, Partitions);
        await using var application = new NativeSystem(node.AkkaAddress);
        var isHalf = new TaskCompletionSource();
        await using var consumer = application.Client.CreateConsumer(new ConsumerOptions<byte[], byte[]>
        {
            GroupId = topic,
            HeartbeatInterval = TimeSpan.FromMilliseconds(200),
            OnAssigned = partitions =>
            {
                if (partitions.Length == Partitions / 2) isHalf.TrySetResult();
                return Task.CompletedTask;
            },
        });
        if (isNativeFirst) consumer.Subscribe(topic);
        await using var records = consumer.GetAsyncEnumerator(patience.Token);
        var next = records.MoveNextAsync();
        await using var member = await other.JoinGroupAsync(node.Broker, topic, topic, Partitions / 2 * RecordsEach);
        if (!isNativeFirst)
        {
            await member.AssignedAsync(Partitions);
            consumer.Subscribe(topic);
        }

        await Task.WhenAll(member.AssignedAsync(Partitions / 2), isHalf.Task.WaitAsync(patience.Token));

        await using var producer = application.Client.CreateProducer<byte[], byte[]>();
        await Task.WhenAll(Enumerable.Range(0, Partitions * RecordsEach).Select(i => producer.SendAsync(
            new ProducerRecord<byte[], byte[]>(topic, null, Encoding.ASCII.GetBytes($"{i}")) { Partition = i % Partitions }, patience.Token)));
        var read = new HashSet<string>();
        while (read.Count < Partitions / 2 * RecordsEach)
        {
            Assert.True(await next);
            Assert.True(read.Add(Encoding.ASCII.GetString(records.Current.Value)));
            next = records.MoveNextAsync();
        }

        await member.DoneAsync();
        read.UnionWith((await member.LeaveAsync()).Select(record => Encoding.ASCII.GetString(record.Value!)));
        Assert.Equal(Partitions * RecordsEach, read.Count);
        await consumer.DisposeAsync();
        Assert.False(await next);
    }
}
