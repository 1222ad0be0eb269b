using System.Text;
using ActorBroker.Log;

namespace ActorBroker.Client.Tests.Producing;

public sealed class DefaultPartitionerTests
{
    private readonly DefaultPartitioner _partitioner = new();

    // Hashes of the Java client's own tests.
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void A_key_goes_where_the_Java_client_sends_it(string key, int hash) =>
        Assert.Equal((hash & int.MaxValue) % 13, _partitioner.Choose("t", Encoding.UTF8.GetBytes(key), 13));

    [Fact]
    public void Records_without_key_stay_in_a_partition_until_its_batch_is_closed()
    {
        var first = _partitioner.Choose("t", NullableBytes.Null, 4);
        Assert.Equal(first, _partitioner.Choose("t", NullableBytes.Null, 4));

        _partitioner.BatchClosed("t", (first + 2) % 4);
        _partitioner.BatchClosed("other", first);
        Assert.Equal(first, _partitioner.Choose("t", NullableBytes.Null, 4));

        var visited = new HashSet<int>();
        for (var i = 0; i < 4; i++)
        {
            var partition = _partitioner.Choose("t", NullableBytes.Null, 4);
            visited.Add(partition);
            _partitioner.BatchClosed("t", partition);
        }

        Assert.Equal([0, 1, 2, 3], visited.Order());
    }

    [Fact]
    public void An_empty_key_is_a_key()
    {
        var partition = _partitioner.Choose("t", Array.Empty<byte>(), 7);
        _partitioner.BatchClosed("t", partition);

        Assert.Equal(partition, _partitioner.Choose("t", Array.Empty<byte>(), 7));
    }
}
