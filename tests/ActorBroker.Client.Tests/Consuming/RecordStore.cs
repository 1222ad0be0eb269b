using System.Text;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using Akka.Actor;

namespace ActorBroker.Client.Tests.Consuming;

/// <summary>A broker node with the client in its own actor system, and a hand that puts records into it.</summary>
internal sealed class RecordStore : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly BrokerNode _node;
    private readonly IActorRef _hand;

    private RecordStore(BrokerNode node)
    {
        _node = node;
        Client = BrokerClient.Get(node.System);
        _hand = node.System.ActorOf(Props.Create(() => new Hand()));
    }

    public BrokerClient Client { get; }

    public ActorSystem System => _node.System;

    public static async Task<RecordStore> StartAsync() => new(await BrokerNode.StartAsync(new BrokerNodeOptions
    {
        Config = """
            broker.groups.session-timeout-min = 100ms
            actorbroker.client {
              contact-points = ["akka://ActorBroker"]
              metadata-backoff-min = 5ms
              metadata-backoff-max = 50ms
              consumer { heartbeat-interval = 50ms, session-timeout = 30s }
            }
            """,
    }));

    public static Task<T> Outcome<T>(Task<T> task) => task.WaitAsync(Patience);

    public static Task Outcome(Task task) => task.WaitAsync(Patience);

    public static TopicPartition At(string topic, int partition = 0) => new(topic, partition);

    public static byte[] Batch(IEnumerable<string> values, long timestampMs = 1000, CompressionCodec codec = CompressionCodec.None, bool isControl = false)
    {
        var batch = new BatchWriter { Codec = codec, IsControl = isControl };
        foreach (var value in values)
        {
            batch.Add(timestampMs, Encoding.UTF8.GetBytes("k" + value), Encoding.UTF8.GetBytes(value));
        }

        return batch.ToArray();
    }

    public Task CreateTopicAsync(string topic, int partitions = 1) => Outcome(Client.Admin.CreateTopicAsync(new NewTopic(topic, partitions)));

    public Task AddAsync(string topic, int partition, params string[] values) => AddBatchAsync(topic, partition, Batch(values));

    public async Task AddBatchAsync(string topic, int partition, byte[] batch)
    {
        var answer = await _hand.Ask<object>(new StoreBatch(0, At(topic, partition), -1, batch), Patience);
        Assert.IsType<BatchStored>(answer);
    }

    public Consumer<string, string> Consumer(ConsumerOptions<string, string>? options = null) => Client.CreateConsumer(options);

    /// <summary>The next so many values, in an enumeration of its own, all of them processed.</summary>
    public static async Task<List<string>> ReadAsync(Consumer<string, string> consumer, int count)
    {
        await using var records = new Reading(consumer);
        return await records.NextAsync(count);
    }

    /// <summary>Waits for what nobody signals.</summary>
    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!await condition())
        {
            await pause.WaitForNextTickAsync(patience.Token);
        }
    }

    public async ValueTask DisposeAsync() => await _node.DisposeAsync();

    /// <summary>Sends one batch at a time.</summary>
    private sealed class Hand : ReceiveActor, IWithStash
    {
        private IActorRef _session = ActorRefs.Nobody;

        public Hand()
        {
            Receive<ProducerOpened>(_ =>
            {
                _session = Sender;
                Become(Idle);
                Stash.UnstashAll();
            });
            ReceiveAny(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;

        protected override void PreStart() =>
            Context.ActorSelection(SessionProtocol.SessionsPath).Tell(new OpenProducer(1, "hand", false, -1, -1), Self);

        private void Idle() => Receive<StoreBatch>(store =>
        {
            var sender = Sender;
            _session.Tell(store);
            BecomeStacked(() => Waiting(sender));
        });

        private void Waiting(IActorRef sender)
        {
            Receive<StoreBatch>(_ => Stash.Stash());
            ReceiveAny(answer =>
            {
                sender.Tell(answer);
                UnbecomeStacked();
                Stash.Unstash();
            });
        }
    }
}

/// <summary>One enumeration of a consumer.</summary>
internal sealed class Reading(Consumer<string, string> consumer, CancellationToken ct = default) : IAsyncDisposable
{
    private readonly IAsyncEnumerator<ConsumeResult<string, string>> _records = consumer.GetAsyncEnumerator(ct);

    public async Task<ConsumeResult<string, string>> NextAsync()
    {
        Assert.True(await RecordStore.Outcome(_records.MoveNextAsync().AsTask()));
        return _records.Current;
    }

    public async Task<List<string>> NextAsync(int count)
    {
        var values = new List<string>();
        while (values.Count < count)
        {
            values.Add((await NextAsync()).Value);
        }

        return values;
    }

    /// <summary>Asks for one more record, which is not there yet: what was given out counts as processed now.</summary>
    public Task<bool> AskAsync() => _records.MoveNextAsync().AsTask();

    public ConsumeResult<string, string> Current => _records.Current;

    public ValueTask DisposeAsync() => _records.DisposeAsync();
}
