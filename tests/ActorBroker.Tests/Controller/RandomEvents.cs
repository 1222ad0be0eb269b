using ActorBroker.Controller;

namespace ActorBroker.Tests.Controller;

/// <summary>Events of few topics, nodes and moves, so that many fit what came before them and many do not.</summary>
internal sealed class RandomEvents(int seed)
{
    private static readonly string[] Names = ["orders", "payments", "audit", "clicks"];
    private static readonly Guid[] Ids = [.. Enumerable.Range(1, 6).Select(number => new Guid(number, 0, 0, new byte[8]))];
    private readonly Random _random = new(seed);

    public IMetadataEvent[] Record() => [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Next())];

    public IMetadataEvent Next() => _random.Next(16) switch
    {
        0 => new ClusterCreated(Id()),
        1 => new NodeRegistered(Node(), Small(), Id(), $"host-{Small()}", 9092 + Small(), _random.Next(2) == 0 ? null : "rack-a", $"akka.tcp://node@10.0.0.{Small()}:2552"),
        2 => new NodeStatusChanged(Node(), Coin(), Coin(), Coin()),
        3 => new NodeRemoved(Node()),
        4 or 5 or 6 => new TopicCreated(Id(), Name(), _random.Next(8) == 0, Replicas(), Configs()),
        7 => new TopicDeleted(Id(), Name()),
        8 => new PartitionsAdded(Name(), Replicas()),
        9 => new TopicConfigured(Name(), Configs()),
        10 or 11 => new LeadersElected(Node(), [.. Enumerable.Range(0, _random.Next(1, 3)).Select(_ => Led())]),
        12 or 13 => new MovesStarted([.. Enumerable.Range(0, _random.Next(1, 5)).Select(_ => new StartedMove(Id(), Partition(), Small(), Node(), Node()))]),
        14 => _random.Next(2) == 0
            ? new MoveFinished(Id(), Partition(), Small(), _random.Next(-1, 6))
            : new MoveCancelled(Id(), Partition(), Small()),
        _ => new ProducerIdsReserved(_random.Next(10_000)),
    };

    public int Below(int end) => _random.Next(end);

    private LedTopic Led()
    {
        var partitions = Enumerable.Range(0, _random.Next(0, 4)).Select(_ => Partition()).ToArray();
        return new LedTopic(Id(), partitions, [.. Enumerable.Range(0, _random.Next(partitions.Length + 3)).Select(_ => _random.Next(-1, 6))]);
    }

    private int[][] Replicas() => [.. Enumerable.Range(0, _random.Next(1, 5)).Select(_ => new[] { Node() })];

    private Dictionary<string, string> Configs() =>
        Enumerable.Range(0, _random.Next(3)).ToDictionary(number => $"setting.{number}", _ => $"\"ü {Small()}");

    private Guid Id() => Ids[_random.Next(Ids.Length)];

    private string Name() => Names[_random.Next(Names.Length)];

    private int Node() => _random.Next(4);

    /// <summary>Not all of them exist.</summary>
    private int Partition() => _random.Next(10) == 0 ? _random.Next(-2, 9) : _random.Next(4);

    private int Small() => _random.Next(5);

    private bool Coin() => _random.Next(2) == 0;
}
