using System.Threading.Channels;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;
using ActorBroker.Limits;
using ActorBroker.Log;
using ActorBroker.Partitions;
using ActorBroker.Sessions;
using ActorBroker.Sessions.Transport;
using ActorBroker.Tests.Sessions.Native;
using ActorBroker.Tests.Support;
using Akka.Actor;

namespace ActorBroker.Tests.Sessions;

/// <summary>A connection that waits for what it shares with others.</summary>
public sealed class ClientSessionTests : SessionKit
{
    private static readonly byte[] LargeRequest = [.. Convert.FromHexString("0001000000000003"), .. new byte[(1 << 16) - 4]];
    private readonly HandConnection _connection = new();

    [Fact]
    public async Task An_answer_that_comes_too_late_gives_its_memory_back_and_the_session_goes_on()
    {
        var partition = Topic("t");
        var session = StartSession(Node());
        await _connection.BringAsync(Bytes(KafkaRequests.Fetch("t", 0, 0, maxWaitMs: 0), 11));
        var fetch = partition.ExpectMsg<Fetch>();
        fetch.Memory!.Take(fetch.Memory.Limit.Max);
        Clock.Advance(TimeSpan.FromSeconds(31));
        partition.ExpectMsg<AbandonFetch>();
        await _connection.AnswerAsync();
        await _connection.BringAsync(Bytes(new ApiVersionsRequest(), 0));    // not served while it holds memory that others need

        session.Tell(new Fetched(fetch.Id, BatchLease.CopyOf(KafkaRequests.Batch("late")), new Offset(1), new Offset(1), Offset.Zero) { BytesTaken = (int)fetch.Memory.Limit.Max });

        Assert.Equal(0, fetch.Memory.Held);
        await _connection.AnswerAsync();
    }

    [Fact]
    public async Task A_session_that_waits_for_its_own_answers_lets_others_through()
    {
        var partition = Topic("t");
        var node = Node();
        StartSession(node);
        await _connection.BringAsync(Bytes(KafkaRequests.Fetch("t", 0, 0, maxWaitMs: 30_000), 11));
        partition.ExpectMsg<Fetch>();
        var limit = node.Limits.Requests;
        limit.Take(limit.Max - (32 << 10));

        // With its turn it goes beyond the limit, and then waits for the fetch: half a request is there.
        await _connection.BringAsync(LargeRequest.AsMemory(0, 32 << 10));
        Assert.True(limit.IsFull);
        var other = CreateTestProbe();
        var turn = new LimitTurn(limit, other);
        turn.Queue();

        other.ExpectMsg<RoomFree>();
        turn.End();
    }

    private IActorRef StartSession(NodeServices node)
    {
        SynchronizationContext.SetSynchronizationContext(null);    // what bytes lead to has happened when they are handed over
        var (connection, table) = (_connection, RequestTable.Default());
        return Start(Props.Create(() => new ClientSessionActor(connection, node, table, new SessionClock(node.Settings))));
    }

    private static byte[] Bytes(IRequest request, short version)
    {
        using var writer = new WireWriter();
        RequestEncoder.Encode(writer, version, 1, "test", request);
        return writer.ToArray();
    }

    /// <summary>A client whose every byte the test hands over.</summary>
    private sealed class HandConnection : IClientConnection
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
        private readonly Lock _lock = new();
        private readonly Channel<int> _answers = Channel.CreateUnbounded<int>();
        private TaskCompletionSource _waits = new();
        private TaskCompletionSource _taken = new();
        private ReadOnlyMemory<byte> _bytes;

        public string Client => "test";

        public string Address => "test";

        public long BytesTaken => 0;

        public string? Loss => null;

        /// <summary>Done when the session has taken all of it.</summary>
        public Task BringAsync(ReadOnlyMemory<byte> bytes)
        {
            TaskCompletionSource waits;
            lock (_lock)
            {
                (_bytes, _taken, waits) = (bytes, new TaskCompletionSource(), _waits);
            }

            waits.TrySetResult();
            return _taken.Task.WaitAsync(Patience);
        }

        public Task<int> AnswerAsync() => _answers.Reader.ReadAsync().AsTask().WaitAsync(Patience);

        public ValueTask WaitAsync()
        {
            lock (_lock)
            {
                _waits = new TaskCompletionSource();
                return _bytes.IsEmpty ? new ValueTask(_waits.Task) : ValueTask.CompletedTask;
            }
        }

        public int Receive(Span<byte> buffer)
        {
            int count;
            TaskCompletionSource? taken;
            lock (_lock)
            {
                count = Math.Min(buffer.Length, _bytes.Length);
                _bytes.Span[..count].CopyTo(buffer);
                _bytes = _bytes[count..];
                taken = _bytes.IsEmpty ? _taken : null;
            }

            taken?.TrySetResult();
            return count;
        }

        public ValueTask<bool> SendAsync(IReadOnlyList<ReadOnlyMemory<byte>> segments)
        {
            _answers.Writer.TryWrite(segments.Sum(segment => segment.Length));
            return ValueTask.FromResult(true);
        }

        public void Dispose()
        {
        }
    }
}
