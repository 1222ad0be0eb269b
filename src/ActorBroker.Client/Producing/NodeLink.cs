using ActorBroker.Messages;
using Akka.Actor;

namespace ActorBroker.Client.Producing;

/// <summary>The engine's book about one node: the session there, its credit, what is unanswered, and who waits.</summary>
internal sealed class NodeLink(NodeId node)
{
    private readonly Dictionary<long, SentBatch> _sent = [];
    private long _lastNumber;
    private int _creditBytes;
    private int _creditBatches;
    private long _bytesOut;

    public NodeId Node => node;

    public NodeLinkState State { get; private set; }

    /// <summary>The actor that holds the session; one for each session.</summary>
    public IActorRef Actor { get; private set; } = ActorRefs.Nobody;

    public TimeSpan Pause { get; set; }

    /// <summary>Partitions that wait for the session, or for credit.</summary>
    public Queue<PartitionLane> Line { get; } = [];

    public IReadOnlyCollection<SentBatch> Unanswered => _sent.Values;

    public void Opening(IActorRef actor) => (State, Actor) = (NodeLinkState.Opening, actor);

    public void Opened(int creditBytes, int creditBatches)
    {
        Check.That(_sent.Count == 0);
        (State, _creditBytes, _creditBatches, _bytesOut) = (NodeLinkState.Open, creditBytes, creditBatches, 0);
    }

    /// <summary>No session until <see cref="Resume"/>. What was sent is the caller's.</summary>
    public List<SentBatch> Lose()
    {
        var lost = new List<SentBatch>(_sent.Values);
        lost.Sort(static (a, b) => a.Number.CompareTo(b.Number));
        _sent.Clear();
        (State, Actor) = (NodeLinkState.Pausing, ActorRefs.Nobody);
        return lost;
    }

    public void Resume() => State = NodeLinkState.Idle;

    /// <summary>A batch larger than all of the credit goes when nothing else is under way.</summary>
    public bool HasCreditFor(int bytes) => _sent.Count == 0 || (_sent.Count < _creditBatches && _bytesOut + bytes <= _creditBytes);

    public SentBatch Send(PartitionLane lane, ProducerBatch batch, TimeSpan now)
    {
        var sent = new SentBatch(++_lastNumber, lane, batch, batch.Sealed.Length, now);
        _sent.Add(sent.Number, sent);
        _bytesOut += sent.Bytes;
        return sent;
    }

    /// <summary>Null: there is no such batch.</summary>
    public SentBatch? Answered(long number)
    {
        if (!_sent.Remove(number, out var sent))
        {
            return null;
        }

        _bytesOut -= sent.Bytes;
        Check.That(_bytesOut >= 0);
        return sent;
    }
}

internal enum NodeLinkState
{
    Idle,
    Opening,
    Open,
    Pausing,
}

/// <summary>A batch that the session was given.</summary>
internal sealed record SentBatch(long Number, PartitionLane Lane, ProducerBatch Batch, int Bytes, TimeSpan SentAt);
