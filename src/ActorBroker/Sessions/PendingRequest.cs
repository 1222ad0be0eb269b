using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;
using ActorBroker.Limits;
using ActorBroker.Log;
using ActorBroker.Messages;
using Akka.Actor;

namespace ActorBroker.Sessions;

/// <summary>One request of a client, from its frame to its answer. Keeps the answer's place among the others of its connection.</summary>
/// <remarks>Owner and only caller: the session's actor.</remarks>
internal sealed class PendingRequest(ClientSessionActor session, RequestHeader header, long call, int frameBytes) : IDisposable
{
    private List<BatchLease>? _leases;
    private long _held;

    public RequestHeader Header { get; } = header;

    /// <summary>Number of the call; replies carry it.</summary>
    public long Call { get; } = call;

    /// <summary>Size of the request, counted against the connection's limit while it is under way.</summary>
    public int FrameBytes { get; } = frameBytes;

    public NodeServices Node => session.Node;

    /// <summary>The client's address.</summary>
    public string Client => session.Client;

    /// <summary>The session, as sender of the inner requests.</summary>
    public IActorRef Session => session.Reference;

    /// <summary>For what is read for the answer.</summary>
    public LimitShare Replies => session.Replies;

    /// <summary>Who takes the replies of the inner requests; null when none is expected.</summary>
    public IReplyTarget? Target { get; private set; }

    /// <summary>Clock reading after which <see cref="IReplyTarget.OnTimeout"/> is called; <see cref="long.MaxValue"/>: never.</summary>
    public long Deadline { get; private set; } = long.MaxValue;

    public bool IsDone { get; private set; }

    /// <summary>What the connection has counted for the answer so far.</summary>
    public long CountedBytes { get; set; }

    /// <summary>The encoded answer; null while it is not there, and for a request without one.</summary>
    public WireWriter? Answer { get; private set; }

    public long AnswerBytes => Answer?.Length ?? 0;

    /// <summary>Bytes that the answer may come to have; counted against the connection's limit from the beginning.</summary>
    public long ReservedBytes { get; private set; }

    /// <summary>Says how large the answer may become. To be called before anything is asked for it.</summary>
    public void Reserve(long bytes)
    {
        Check.That(ReservedBytes == 0 && bytes >= 0);
        ReservedBytes = bytes;
    }

    /// <summary>A batch of this request for somebody else. Only while the request is being handled first: later its bytes are gone.</summary>
    public BatchLease Lease(ReadOnlyMemory<byte> batch) => session.Lease(batch);

    public RequestId Part(int part) => new(Call, part);

    /// <summary>Waits for replies to inner requests, not longer than <paramref name="timeout"/>.</summary>
    public void Await(IReplyTarget target, TimeSpan timeout)
    {
        Check.That(!IsDone);
        Target = target;
        Deadline = session.DeadlineIn(timeout);
    }

    /// <summary>The batches are part of the answer and are given back once it is sent.</summary>
    /// <param name="bytesTaken">From <see cref="Replies"/>, for them; given back too.</param>
    public void Own(BatchLease lease, int bytesTaken)
    {
        (_leases ??= []).Add(lease);
        _held += bytesTaken;
    }

    /// <summary>Answers the client. Each request is answered once.</summary>
    public void Reply(IResponse response)
    {
        Check.That(!IsDone);
        Answer = new WireWriter();
        ResponseEncoder.Encode(Answer, Header.Key, Header.Version, Header.CorrelationId, response);
        HoldAnswer(Answer);
        Finish();
    }

    /// <summary>Tells a client that asked for an unknown version of ApiVersions which ones there are: in the form of version 0,
    /// which every client can read (KIP-511).</summary>
    public void ReplyUnsupportedApiVersions(RequestTable table)
    {
        Answer = new WireWriter();
        ResponseEncoder.Encode(Answer, Header.Key, 0, Header.CorrelationId, table.Describe(ErrorCode.UnsupportedVersion));
        Finish();
    }

    /// <summary>Ends a request that has no answer (produce with acks 0).</summary>
    public void ReplyNothing() => Finish();

    /// <summary>Ends the connection: the protocol has no other way to tell this client.</summary>
    public void CloseConnection(string why)
    {
        Finish();
        session.Close(why);
    }

    public void Dispose()
    {
        Answer?.Dispose();
        Answer = null;
        foreach (var lease in _leases ?? [])
        {
            lease.Dispose();
        }

        _leases = null;
        if (_held > 0)
        {
            session.Replies.Give(_held);
            _held = 0;
        }
    }

    /// <summary>Counts what the answer takes beside the batches. A small one is counted with its request.</summary>
    private void HoldAnswer(WireWriter answer)
    {
        var bytes = answer.Length - _held;
        if (bytes > NodeLimits.RequestOverhead)
        {
            session.Replies.Take(bytes);
            _held += bytes;
        }
    }

    private void Finish()
    {
        IsDone = true;
        Target = null;
        Deadline = long.MaxValue;
    }
}

/// <summary>Takes the replies to the inner requests of one <see cref="PendingRequest"/>.</summary>
internal interface IReplyTarget
{
    void OnReply(IReply reply);

    /// <summary>The time given to <see cref="PendingRequest.Await"/> is over; it may be called again after a new <c>Await</c>.</summary>
    void OnTimeout();

    /// <summary>The connection is closing: parked work elsewhere should be taken back.</summary>
    void OnAbandoned();
}
