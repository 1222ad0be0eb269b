using ActorBroker.Client.Tests.Support;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using Akka.Actor;
using Akka.Configuration;

namespace ActorBroker.Client.Tests.Producing;

/// <summary>What a fake session does with a batch.</summary>
internal enum Reaction
{
    /// <summary>Appends and answers.</summary>
    Store,

    /// <summary>Appends, and ends without an answer.</summary>
    StoreAndEnd,

    /// <summary>Ends without having appended.</summary>
    End,

    /// <summary>Appends, and says that it timed out.</summary>
    StoreAndTimeOut,

    NotLeader,
    Overloaded,
    Invalid,

    /// <summary>Keeps it until <see cref="FakeProducerBroker.GoOn"/>.</summary>
    Stall,
}

/// <summary>An actor system with the client, and a node whose sessions do what they are told. It judges sequence numbers as the broker does.</summary>
internal sealed class FakeProducerBroker : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(TopicPartition, long), Producer> _producers = [];
    private readonly Dictionary<TopicPartition, List<(string? Key, string? Value, long Offset, long Timestamp)>> _logs = [];
    private readonly List<(IActorRef Session, StoreBatch Batch)> _stalled = [];

    public FakeProducerBroker(string producer = "", int partitions = 1)
    {
        Partitions = partitions;
        System = ActorSystem.Create("world", ConfigurationFactory.ParseString($$"""
            akka.loglevel = OFF
            akka.stdout-loglevel = OFF
            actorbroker.client {
              contact-points = ["{{FakeAnswers.Here}}"]
              metadata-backoff-min = 2ms
              metadata-backoff-max = 10ms
              producer { {{producer}} }
            }
            """));
        var broker = this;
        System.ActorOf(Props.Create(() => new Broker(broker)), "broker");
        Client = BrokerClient.Get(System);
    }

    public ActorSystem System { get; }

    public BrokerClient Client { get; }

    public int Partitions { get; }

    public (int Bytes, int Batches) Credit { get; set; } = (32 << 20, 256);

    public Func<StoreBatch, Reaction> React { get; set; } = _ => Reaction.Store;

    /// <summary>Each batch that came, by record count.</summary>
    public List<int> RecordCounts { get; } = [];

    public int UnansweredMost { get; private set; }

    public Producer<string, string> NewProducer(ProducerOptions<string, string>? options = null) => Client.CreateProducer(options);

    public IReadOnlyList<string?> Values(int partition = 0)
    {
        lock (_gate)
        {
            return [.. LogOf(new TopicPartition("t", partition)).Select(record => record.Value)];
        }
    }

    /// <summary>Handles what was kept, as <see cref="React"/> says now.</summary>
    public void GoOn()
    {
        (IActorRef Session, StoreBatch Batch)[] stalled;
        lock (_gate)
        {
            stalled = [.. _stalled];
            _stalled.Clear();
        }

        foreach (var (session, batch) in stalled)
        {
            session.Tell(batch, ActorRefs.NoSender);
        }
    }

    public void Dispose() => Assert.True(System.Terminate().Wait(TimeSpan.FromSeconds(60)));

    private List<(string? Key, string? Value, long Offset, long Timestamp)> LogOf(TopicPartition partition) =>
        _logs.TryGetValue(partition, out var log) ? log : _logs[partition] = [];

    private ISessionMessage Append(StoreBatch store)
    {
        Assert.Equal(BatchError.None, BatchCheck.Check(store.Batch.Span, int.MaxValue, out var batch));
        var log = LogOf(store.Partition);
        var key = (store.Partition, batch.ProducerId);
        if (batch.ProducerId >= 0)
        {
            if (!_producers.TryGetValue(key, out var producer) || producer.Epoch < batch.ProducerEpoch)
            {
                if (producer is not null && batch.BaseSequence != 0)
                {
                    return new BatchRefused(store.Number, SessionError.OutOfOrderSequence, "");
                }

                producer = _producers[key] = new Producer(batch.ProducerEpoch, batch.BaseSequence);
            }

            foreach (var (first, offset) in producer.Last)
            {
                if (first == batch.BaseSequence && batch.ProducerEpoch == producer.Epoch)
                {
                    return new BatchStored(store.Number, new Offset(offset), -1, Offset.Zero);
                }
            }

            if (batch.ProducerEpoch < producer.Epoch || batch.BaseSequence != producer.Next)
            {
                return new BatchRefused(store.Number, SessionError.OutOfOrderSequence, "");
            }

            producer.Next += batch.RecordCount;
            producer.Last.Enqueue((batch.BaseSequence, log.Count));
            if (producer.Last.Count > 5)
            {
                producer.Last.Dequeue();
            }
        }

        var baseOffset = log.Count;
        ProducerNode.Records(store.Batch.Span, log);
        return new BatchStored(store.Number, new Offset(baseOffset), -1, Offset.Zero);
    }

    private sealed class Producer(short epoch, int next)
    {
        public short Epoch { get; } = epoch;

        public int Next { get; set; } = next;

        public Queue<(int First, long Offset)> Last { get; } = [];
    }

    private sealed class Broker : UntypedActor
    {
        public Broker(FakeProducerBroker broker) => Context.ActorOf(Props.Create(() => new Sessions(broker)), "sessions");

        protected override void OnReceive(object message) => Unhandled(message);
    }

    private sealed class Sessions : ReceiveActor
    {
        private int _lastId;

        public Sessions(FakeProducerBroker broker)
        {
            Receive<DescribeCluster>(describe => Sender.Tell(FakeAnswers.Describe() with
            {
                Topics = [.. (describe.Topics ?? []).Select(name => FakeAnswers.Topic(name) with
                {
                    Partitions = [.. Enumerable.Range(0, broker.Partitions).Select(number => FakeAnswers.Topic(name).Partitions[0] with { Number = number })],
                })],
            }));
            Receive<OpenProducer>(open => Context.ActorOf(Props.Create(() => new Session(broker))).Tell(
                new ProducerOpened(1, open.ProducerId >= 0 ? open.ProducerId : ++_lastId, 0, broker.Credit.Bytes, broker.Credit.Batches), Sender));
        }
    }

    private sealed class Session : ReceiveActor
    {
        private readonly FakeProducerBroker _broker;
        private readonly HashSet<long> _unanswered = [];
        private IActorRef _client = ActorRefs.Nobody;

        public Session(FakeProducerBroker broker)
        {
            _broker = broker;
            Receive<ProducerOpened>(opened =>
            {
                _client = Context.Watch(Sender);
                _client.Tell(opened);
            });
            Receive<StoreBatch>(OnStore);
        }

        private void OnStore(StoreBatch store)
        {
            lock (_broker._gate)
            {
                if (_unanswered.Add(store.Number))
                {
                    Assert.Equal(BatchError.None, BatchView.Read(store.Batch.Span, int.MaxValue, out var batch));
                    _broker.RecordCounts.Add(batch.RecordCount);
                    _broker.UnansweredMost = Math.Max(_broker.UnansweredMost, _unanswered.Count);
                }

                var reaction = _broker.React(store);
                var outcome = reaction is Reaction.Store or Reaction.StoreAndEnd or Reaction.StoreAndTimeOut ? _broker.Append(store) : null;
                switch (reaction)
                {
                    case Reaction.Store:
                        Answer(store, outcome!);
                        break;
                    case Reaction.StoreAndTimeOut:
                        Answer(store, new BatchRefused(store.Number, SessionError.TimedOut, ""));
                        break;
                    case Reaction.NotLeader:
                        Answer(store, new BatchRefused(store.Number, SessionError.NotLeader, ""));
                        break;
                    case Reaction.Overloaded:
                        Answer(store, new BatchRefused(store.Number, SessionError.Overloaded, ""));
                        break;
                    case Reaction.Invalid:
                        Answer(store, new BatchRefused(store.Number, SessionError.InvalidBatch, "told to"));
                        break;
                    case Reaction.Stall:
                        _broker._stalled.Add((Self, store));
                        break;
                    default:
                        Context.Stop(Self);
                        break;
                }
            }
        }

        private void Answer(StoreBatch store, ISessionMessage answer)
        {
            _unanswered.Remove(store.Number);
            _client.Tell(answer);
        }
    }
}
