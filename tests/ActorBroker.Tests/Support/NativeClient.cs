using System.Collections.Immutable;
using System.Threading.Channels;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using ActorBroker.Sessions.Native;
using Akka.Actor;
using Akka.Configuration;

namespace ActorBroker.Tests.Support;

/// <summary>A client actor of a node that says what it is told and keeps what comes, in order.</summary>
internal sealed class NativeClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Channel<(object Message, IActorRef Sender)> _received = Channel.CreateUnbounded<(object, IActorRef)>();
    private readonly ActorSelection _sessions;

    /// <param name="system">Where the client lives; null: in the node's own system.</param>
    public NativeClient(BrokerNode node, ActorSystem? system = null)
    {
        system ??= node.System;
        _sessions = system.ActorSelection(node.AkkaAddress + SessionProtocol.SessionsPath);
        Actor = system.ActorOf(Props.Create(() => new ClientActor(_received.Writer)));
    }

    public IActorRef Actor { get; }

    /// <summary>The session that was opened last.</summary>
    public IActorRef Session { get; private set; } = ActorRefs.Nobody;

    public static async Task<NativeClient> ProducerAsync(BrokerNode node, ActorSystem? system = null)
    {
        var client = new NativeClient(node, system);
        await client.OpenAsync<ProducerOpened>(new OpenProducer(1, "test", false, -1, -1));
        return client;
    }

    public static async Task<NativeClient> ConsumerAsync(BrokerNode node, ActorSystem? system = null)
    {
        var client = new NativeClient(node, system);
        await client.OpenAsync<ConsumerOpened>(new OpenConsumer(1, "test"));
        return client;
    }

    public async Task<T> OpenAsync<T>(ISessionRequest request) where T : ISessionReply
    {
        var (answer, sender) = await AskAsync(request);
        Session = sender;
        Actor.Tell(new WatchIt(sender), ActorRefs.NoSender);
        return Assert.IsType<T>(answer);
    }

    public async Task<T> AskAsync<T>(ISessionRequest request) where T : ISessionReply => Assert.IsType<T>((await AskAsync(request)).Message);

    public async Task<SessionError> RefusedAsync(ISessionRequest request)
    {
        var refused = await AskAsync<RequestRefused>(request);
        Assert.NotEqual("", refused.Message);
        return refused.Error;
    }

    /// <summary>Sends a request whose answer is read later.</summary>
    public void Send(ISessionRequest request) => _sessions.Tell(request, Actor);

    public void Tell(ISessionMessage message) => Session.Tell(message, Actor);

    public async Task<T> ReadAsync<T>() => Assert.IsType<T>((await ReadAsync()).Message);

    public async Task<object> ReadAnyAsync() => (await ReadAsync()).Message;

    /// <summary>Reads until the session is seen to end; what it said before.</summary>
    public async Task<CloseSession?> EndAsync()
    {
        CloseSession? reason = null;
        while (true)
        {
            var (message, _) = await ReadAsync();
            if (message is Terminated)
            {
                return reason;
            }

            reason = Assert.IsType<CloseSession>(message);
        }
    }

    public async Task CreateTopicAsync(string name, int partitions = 1, params (string Name, string Value)[] configs) => await AskAsync<RequestDone>(
        new CreateTopic(name, partitions, -1, configs.ToImmutableDictionary(config => config.Name, config => config.Value), false, 10_000));

    public async Task<BatchStored> StoreAsync(long number, string topic, int partition, byte[] batch)
    {
        Tell(new StoreBatch(number, new TopicPartition(topic, partition), -1, batch));
        var stored = await ReadAsync<BatchStored>();
        Assert.Equal(number, stored.Number);
        return stored;
    }

    public async Task<BatchRefused> RefusedAsync(StoreBatch batch)
    {
        Tell(batch);
        var refused = await ReadAsync<BatchRefused>();
        Assert.Equal(batch.Number, refused.Number);
        Assert.NotEqual("", refused.Message);
        return refused;
    }

    public void Stream(int stream, string topic, int partition, long from, int credit = 1 << 20) =>
        Tell(new OpenStream(stream, new TopicPartition(topic, partition), new Offset(from), LeaderEpoch.None, credit));

    /// <summary>Reads the stream until so many records came, granting what was read; their offsets and values.</summary>
    public async Task<List<(long Offset, string Value)>> ReadRecordsAsync(int stream, int count)
    {
        var records = new List<(long, string)>();
        while (records.Count < count)
        {
            var read = await ReadAsync<BatchesRead>();
            Assert.Equal(stream, read.Stream);
            records.AddRange(Records(read.Batches));
            Tell(new GrantCredit(stream, read.Batches.Length));
        }

        Assert.Equal(count, records.Count);
        return records;
    }

    public static List<(long Offset, string Value)> Records(ReadOnlyMemory<byte> batches)
    {
        var records = new List<(long, string)>();
        var sequence = new BatchSequence(batches.Span, int.MaxValue);
        while (sequence.MoveNext())
        {
            using var reader = new RecordReader(sequence.Current);
            while (reader.MoveNext())
            {
                records.Add((reader.Current.Offset.Value, System.Text.Encoding.UTF8.GetString(reader.Current.Value.Span)));
            }
        }

        Assert.Equal((BatchError.None, batches.Length), (sequence.Error, sequence.BytesRead));
        return records;
    }

    /// <summary>A system of its own, as an application has it.</summary>
    public static ActorSystem NewSystem() => ActorSystem.Create("app", ConfigurationFactory.ParseString("""
        akka {
          loglevel = WARNING
          actor.provider = remote
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        }
        """).WithFallback(SessionSerializer.DefaultConfig()));

    public static async Task NoSessionsAsync(BrokerNode node)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await SessionsAsync(node) > 0)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public static async Task<int> SessionsAsync(BrokerNode node) =>
        (await node.System.ActorSelection(SessionProtocol.SessionsPath).Ask<SessionsCounted>(CountSessions.Instance, Patience)).Sessions;

    private async Task<(object Message, IActorRef Sender)> AskAsync(ISessionRequest request)
    {
        Send(request);
        return await ReadAsync();
    }

    private async Task<(object Message, IActorRef Sender)> ReadAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await _received.Reader.ReadAsync(patience.Token);
    }

    private sealed record WatchIt(IActorRef Session);

    private sealed class ClientActor : ReceiveActor
    {
        public ClientActor(ChannelWriter<(object, IActorRef)> received)
        {
            Receive<WatchIt>(m => Context.Watch(m.Session));
            ReceiveAny(message => received.TryWrite((message, Sender)));
        }
    }
}
