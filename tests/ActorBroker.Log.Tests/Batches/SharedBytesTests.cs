using System.Buffers;

namespace ActorBroker.Log.Tests.Batches;

public sealed class SharedBytesTests
{
    [Fact]
    public void The_last_holder_gives_the_buffer_back()
    {
        var shared = new Counted();
        var (first, second) = (shared.Lease(0, 3), shared.Lease(3, 5));
        shared.Release();
        first.Dispose();
        first.Dispose();
        Assert.Equal(0, shared.Returned);

        second.Dispose();

        Assert.Equal(1, shared.Returned);
    }

    [Fact]
    public void Leases_are_parts_of_the_one_buffer()
    {
        var shared = new Counted();
        shared.Array[4] = 7;
        using var lease = shared.Lease(3, 5);

        Assert.Equal(5, lease.Length);
        Assert.Equal(7, lease.Bytes.Span[1]);
        lease.Bytes.Span[0] = 9;
        Assert.Equal(9, shared.Array[3]);
        shared.Release();
    }

    [Fact]
    public void It_is_shared_while_a_lease_is_out()
    {
        var shared = new Counted();
        Assert.False(shared.IsShared);
        var lease = shared.Lease(0, 1);
        Assert.True(shared.IsShared);
        lease.Dispose();
        Assert.False(shared.IsShared);
        shared.Release();
    }

    [Fact]
    public void A_lease_given_back_has_no_bytes()
    {
        var shared = new Counted();
        var lease = shared.Lease(0, 1);
        lease.Dispose();
        Assert.Throws<ObjectDisposedException>(() => lease.Bytes);
        shared.Release();
    }

    [Fact]
    public void A_part_beyond_the_buffer_is_a_bug()
    {
        var shared = new Counted();
        Assert.ThrowsAny<Exception>(() => shared.Lease(0, shared.Array.Length + 1));
        Assert.ThrowsAny<Exception>(() => shared.Lease(shared.Array.Length, 1));
        shared.Release();
    }

    private sealed class Counted() : SharedBytes(ArrayPool<byte>.Shared.Rent(64))
    {
        public int Returned { get; private set; }

        protected override void OnReturned() => Returned++;
    }
}
