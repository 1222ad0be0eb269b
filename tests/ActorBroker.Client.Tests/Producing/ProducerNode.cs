using System.Globalization;
using System.Text;
using System.Threading.Channels;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using Akka.Actor;

namespace ActorBroker.Client.Tests.Producing;

/// <summary>A node with the client in the same actor system.</summary>
internal sealed class ProducerNode : IAsyncDisposable
{
    private readonly BrokerNode _node;

    public ProducerNode(BrokerNode node)
    {
        _node = node;
        Client = BrokerClient.Get(node.System);
    }

    public BrokerClient Client { get; }

    public ActorSystem System => _node.System;

    /// <param name="config">HOCON.</param>
    public static async Task<ProducerNode> StartAsync(string config = "") => new(await BrokerNode.StartAsync(new BrokerNodeOptions
    {
        Config = $$"""
            akka.loglevel = WARNING
            actorbroker.client { contact-points = ["akka://ActorBroker"], metadata-backoff-min = 5ms, metadata-backoff-max = 50ms }
            {{config}}
            """,
    }));

    /// <summary>All records of a partition, from the log.</summary>
    public async Task<List<(string? Key, string? Value, long Offset, long Timestamp)>> ReadAsync(string topic, int partition = 0)
    {
        var read = new List<(string?, string?, long, long)>();
        var batches = Channel.CreateUnbounded<BatchesRead>();
        var ends = await Client.Admin.OffsetsAsync([new TopicPartition(topic, partition)], OffsetSpec.Latest);
        var actor = System.ActorOf(Props.Create(() => new Reader(Client, new TopicPartition(topic, partition), batches.Writer)));
        for (var end = ends[new TopicPartition(topic, partition)].Offset.Value; read.Count < end;)
        {
            var next = await batches.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
            Records(next.Batches.Span, read);
        }

        System.Stop(actor);
        return read;
    }

    public async ValueTask DisposeAsync() => await _node.DisposeAsync();

    public static void Records(ReadOnlySpan<byte> batches, List<(string?, string?, long, long)> read)
    {
        var sequence = new BatchSequence(batches, int.MaxValue);
        while (sequence.MoveNext())
        {
            using var records = new RecordReader(sequence.Current);
            while (records.MoveNext())
            {
                var record = records.Current;
                read.Add((Text(record.Key), Text(record.Value), record.Offset.Value, record.Timestamp));
            }

            Assert.Equal(BatchError.None, records.Error);
        }

        Assert.Equal(BatchError.None, sequence.Error);
    }

    private static string? Text(NullableBytes bytes) => bytes.IsNull ? null : Encoding.UTF8.GetString(bytes.Span);

    public static string Name(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class Reader : ReceiveActor
    {
        public Reader(BrokerClient client, TopicPartition partition, ChannelWriter<BatchesRead> batches)
        {
            Receive<ConsumerOpened>(_ => Sender.Tell(new OpenStream(1, partition, Offset.Zero, LeaderEpoch.None, 1 << 20)));
            Receive<BatchesRead>(read =>
            {
                batches.TryWrite(read);
                Sender.Tell(new GrantCredit(1, read.Batches.Length));
            });
            Receive<StreamEnded>(ended => batches.TryComplete(new InvalidOperationException(ended.ToString())));
            Receive<RequestRefused>(refused => batches.TryComplete(new InvalidOperationException(refused.ToString())));
            client.Cluster.SessionsOf(new NodeId(client.Cluster.View.Nodes.Keys.First().Value)).Tell(new OpenConsumer(1, "reader"), Self);
        }
    }
}
