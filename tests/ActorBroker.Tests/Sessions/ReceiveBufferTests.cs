using System.Buffers.Binary;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;
using ActorBroker.Limits;
using ActorBroker.Sessions;
using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace ActorBroker.Tests.Sessions;

/// <summary>The memory of requests that arrive.</summary>
public sealed class ReceiveBufferTests : TestKit
{
    private readonly SharedLimit _total = new(1 << 20, room: 1, mayExceed: true);

    [Fact]
    public void Memory_is_counted_as_it_grows_and_given_back()
    {
        var (buffer, _, _) = New();
        Assert.Equal((false, 0L), (buffer.HoldsMemory, _total.Used));
        Fill(buffer, Frame(200_000));
        Assert.Equal(FrameOutcome.Frame, buffer.TryTake(out var frame));
        Assert.Equal(200_000, frame.Length);
        Assert.True(_total.Used is >= 200_000 and <= 512 << 10);
        Assert.True(buffer.MakeRoom());
        buffer.Release();
        Assert.Equal((false, 0L), (buffer.HoldsMemory, _total.Used));
    }

    [Fact]
    public void A_small_request_is_received_when_there_is_no_room_and_a_large_one_waits_for_its_turn()
    {
        _total.Take(1 << 20);
        var (small, _, _) = New();
        Fill(small, Frame(16_000));
        Assert.Equal(FrameOutcome.Frame, small.TryTake(out _));

        var (large, turn, probe) = New();
        Assert.False(TryFill(large, Frame(17_000)));
        turn.Queue();
        probe.ExpectMsg<RoomFree>();
        Assert.True(large.MakeRoom());
        Assert.True(turn.IsOn);
        large.Release();
        Assert.False(turn.IsOn);
    }

    [Fact]
    public void A_turn_ends_with_its_request_whatever_follows_that()
    {
        _total.Take(1 << 20);
        var (large, turn, _) = New();
        Assert.False(TryFill(large, Frame(100_000).AsMemory(0, 17_000)));
        turn.Queue();
        Fill(large, new byte[100_004 - (16 << 10)]);
        Fill(large, Frame(100_000).AsMemory(0, large.Free.Length));
        Assert.True(turn.IsOn);

        Assert.Equal(FrameOutcome.Frame, large.TryTake(out _));

        Assert.False(turn.IsOn);
        Assert.True(large.HasBytes);
        large.Release();
    }

    [Fact]
    public void The_memory_of_a_large_request_goes_when_it_was_taken()
    {
        var (buffer, _, _) = New();
        Fill(buffer, Frame(500_000));
        Assert.Equal(FrameOutcome.Frame, buffer.TryTake(out _));
        Assert.True(buffer.MakeRoom());
        Assert.Equal(64 << 10, _total.Used);
        _total.Take(1 << 20);
        Assert.True(buffer.MakeRoom());
        Assert.Equal(4 << 10, _total.Used - (1 << 20));
        buffer.Release();
    }

    [Fact]
    public void A_second_large_request_finds_room_with_its_first_bytes()
    {
        var (buffer, _, _) = New();
        Fill(buffer, Frame(500_000));
        Assert.Equal(FrameOutcome.Frame, buffer.TryTake(out _));

        Fill(buffer, Frame(500_000).AsMemory(0, 64 << 10));
        Assert.True(buffer.MakeRoom());
        Assert.Equal(512 << 10, _total.Used);
        buffer.Release();
    }

    [Fact]
    public void A_claim_alone_takes_no_memory()
    {
        var (buffer, _, _) = New();
        Fill(buffer, Frame(900_000).AsMemory(0, 4 << 10));
        Assert.True(buffer.MakeRoom());
        Assert.Equal(8 << 10, _total.Used);
        buffer.Release();
    }

    [Fact]
    public void A_leased_batch_stays_as_it_was_while_more_is_received()
    {
        var (buffer, _, _) = New();
        var frame = Frame(4000);
        frame[^1] = 42;
        Fill(buffer, frame);
        Assert.Equal(FrameOutcome.Frame, buffer.TryTake(out var taken));
        var lease = buffer.Lease(taken[1000..]);
        Assert.Equal(3000, lease.Length);

        for (var i = 0; i < 10; i++)
        {
            Fill(buffer, Frame(4000));
            Assert.Equal(FrameOutcome.Frame, buffer.TryTake(out _));
        }

        Assert.Equal(42, lease.Bytes.Span[^1]);
        Assert.Equal(2 * (4 << 10), _total.Used);
        buffer.Release();
        Assert.Equal(4 << 10, _total.Used);
        lease.Dispose();
        Assert.Equal(0, _total.Used);
    }

    [Fact]
    public void A_lease_of_a_few_bytes_does_not_keep_a_large_buffer()
    {
        var (buffer, _, _) = New();
        Fill(buffer, Frame(200_000));
        Assert.Equal(FrameOutcome.Frame, buffer.TryTake(out _));
        Fill(buffer, Frame(100));
        Assert.Equal(FrameOutcome.Frame, buffer.TryTake(out var taken));

        using var lease = buffer.Lease(taken);

        buffer.Release();
        Assert.Equal(0, _total.Used);
    }

    [Fact]
    public void What_a_request_is_can_be_told_from_its_first_bytes()
    {
        var (buffer, _, _) = New();
        var frame = Frame(100_000);
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(4), (short)ApiKey.Metadata);
        Fill(buffer, frame.AsMemory(0, 4));
        Assert.Null(buffer.ClaimedKey);
        Fill(buffer, frame.AsMemory(4, 2));
        Assert.Equal(((ApiKey?)ApiKey.Metadata, 100_000), (buffer.ClaimedKey, buffer.ClaimedLength));
        buffer.Release();
    }

    private (ReceiveBuffer Buffer, LimitTurn Turn, TestProbe Probe) New()
    {
        var probe = CreateTestProbe();
        var turn = new LimitTurn(_total, probe);
        return (new ReceiveBuffer(1 << 20, _total, turn), turn, probe);
    }

    private static byte[] Frame(int length)
    {
        var frame = new byte[4 + length];
        BinaryPrimitives.WriteInt32BigEndian(frame, length);
        return frame;
    }

    private static void Fill(ReceiveBuffer buffer, ReadOnlyMemory<byte> bytes) => Assert.True(TryFill(buffer, bytes));

    private static bool TryFill(ReceiveBuffer buffer, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (!buffer.MakeRoom())
            {
                return false;
            }

            var part = bytes[..Math.Min(bytes.Length, buffer.Free.Length)];
            part.CopyTo(buffer.Free);
            buffer.Received(part.Length);
            bytes = bytes[part.Length..];
        }

        return true;
    }
}
