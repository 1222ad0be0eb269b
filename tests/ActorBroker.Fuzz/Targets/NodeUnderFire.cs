using System.Collections.Concurrent;
using System.Net.Sockets;
using ActorBroker.Fuzz.Running;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;
using ActorBroker.Tests.Support;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Fuzz.Targets;

/// <summary>A node in this process, a topic that nobody mutates anything about, and who listens for actors that fail.</summary>
/// <remarks>Blocks: a target is tried by one thread, one input after the other.</remarks>
internal sealed class NodeUnderFire : IDisposable
{
    private const string Kept = "kept-by-a-healthy-client";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    private readonly ConcurrentQueue<string> _errors = new();
    private readonly BrokerNode _node;
    private int _records;

    public NodeUnderFire()
    {
        _node = BrokerNode.StartAsync(new BrokerNodeOptions
        {
            Config = """
                akka { loglevel = ERROR, stdout-loglevel = OFF, loggers = [] }
                broker {
                  kafka { request-bytes-max = 1m, fetch-wait-max = 20ms, request-timeout = 5s }
                  groups { initial-rebalance-delay = 0s, offsets-partitions = 2 }
                  topics { auto-create = off, partitions-max = 16, partitions-total-max = 400 }
                }
                """,
            Seed = 1,
        }).GetAwaiter().GetResult();
        var listener = _node.System.ActorOf(Props.Create(() => new Listener(_errors)));
        _node.System.EventStream.Subscribe(listener, typeof(Error));
        CreateTopic(Kept);
    }

    public void CreateTopic(string name) => With(client => client.CreateTopicAsync(name));

    public T Ask<T>(IRequest request, short version) where T : IResponse => With(client => client.AskAsync<T>(request, version));

    /// <summary>Sends bytes, and waits until the node has nothing more to say and closes.</summary>
    public void Send(byte[] bytes)
    {
        using var client = new TcpClient { NoDelay = true, ReceiveTimeout = (int)Patience.TotalMilliseconds };
        client.Connect(_node.KafkaHost, _node.KafkaPort);
        var answer = new byte[4096];
        try
        {
            client.Client.Send(bytes);
            client.Client.Shutdown(SocketShutdown.Send);
            while (client.Client.Receive(answer) > 0)
            {
            }
        }
        catch (SocketException closed) when (closed.SocketErrorCode != SocketError.TimedOut && closed.SocketErrorCode != SocketError.WouldBlock)
        {
            // It was closed in the middle, as it may be.
        }
        catch (SocketException)
        {
            throw new FuzzFailure("no end: the node neither answers nor closes");
        }
    }

    /// <summary>The node serves, has what was acknowledged, and no actor failed; what mutated requests created goes.</summary>
    public void Inspect(IReadOnlySet<string> topics)
    {
        if (!_errors.IsEmpty)
        {
            var errors = string.Join('\n', _errors.Distinct().Take(5));
            _errors.Clear();
            throw new FuzzFailure($"an actor failed: {errors}");
        }

        Produce();
        ReadAll();
        DeleteOthers(topics);
    }

    public void Dispose() => _node.DisposeAsync().AsTask().Wait(TimeSpan.FromMinutes(1));

    private void Produce()
    {
        var answer = With(client => client.ProduceBatchAsync(Kept, 0, KafkaRequests.Batch($"record {_records}")));
        if (answer.ErrorCode != 0 || answer.BaseOffset != _records)
        {
            throw new FuzzFailure($"a healthy client: {(ErrorCode)answer.ErrorCode}, offset {answer.BaseOffset} for record {_records}");
        }

        _records++;
    }

    private void ReadAll()
    {
        for (var next = 0L; next < _records;)
        {
            var fetched = Ask<FetchResponse>(KafkaRequests.Fetch(Kept, 0, next), 11).Responses[0].Partitions[0];
            var batches = new BatchSequence((fetched.Records ?? default).Span, int.MaxValue);
            var before = next;
            while (batches.MoveNext())
            {
                using var records = new RecordReader(batches.Current);
                while (records.MoveNext())
                {
                    var value = System.Text.Encoding.UTF8.GetString(records.Current.Value.Span);
                    next = value == $"record {records.Current.Offset}" ? records.Current.Offset.Value + 1 : throw new FuzzFailure($"acknowledged data: {value} at {records.Current.Offset}");
                }
            }

            if (next == before)
            {
                throw new FuzzFailure($"acknowledged data: nothing at {next} of {_records}, {(ErrorCode)fetched.ErrorCode}");
            }
        }
    }

    private void DeleteOthers(IReadOnlySet<string> topics)
    {
        var all = Ask<MetadataResponse>(new MetadataRequest { Topics = null }, 9);
        var others = all.Topics.Where(topic => !topic.IsInternal && topic.Name is { } name && name != Kept && !topics.Contains(name)).Select(topic => topic.Name!).ToList();
        if (others.Count > 0)
        {
            Ask<DeleteTopicsResponse>(new DeleteTopicsRequest { TopicNames = others, TimeoutMs = 20_000 }, 5);
        }

        foreach (var topic in topics.Where(topic => !all.Topics.Any(each => each.Name == topic)))
        {
            CreateTopic(topic);
        }
    }

    private void With(Func<KafkaClient, Task> act) => With(async client =>
    {
        await act(client);
        return true;
    });

    private T With<T>(Func<KafkaClient, Task<T>> act)
    {
        return Run().WaitAsync(Patience).GetAwaiter().GetResult();

        async Task<T> Run()
        {
            await using var client = await KafkaClient.ConnectAsync(_node);
            return await act(client);
        }
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(ConcurrentQueue<string> errors) => Receive<Error>(error => errors.Enqueue($"{error.LogSource}: {error.Message} {error.Cause}"));
    }
}
