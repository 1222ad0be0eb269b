using System.Text;
using ActorBroker.Cli.Client;
using ActorBroker.Log;

namespace ActorBroker.Cli.Tests.Client;

public sealed class PartitionerTests
{
    [Fact]
    public void A_key_lands_where_the_Java_client_puts_it()
    {
        var partitioner = new Partitioner(7, seed: 0);

        // Hashes of the Java client's own murmur2 test, made positive and taken modulo 7.
        Assert.Equal((-973932308 & int.MaxValue) % 7, partitioner.Choose(Encoding.UTF8.GetBytes("21")));
        Assert.Equal((-790332482 & int.MaxValue) % 7, partitioner.Choose(Encoding.UTF8.GetBytes("foobar")));
    }

    [Fact]
    public void Records_without_a_key_stay_together_until_a_batch_is_finished()
    {
        var partitioner = new Partitioner(3, seed: 4);
        Assert.Equal(1, partitioner.Choose(NullableBytes.Null));
        Assert.Equal(1, partitioner.Choose(NullableBytes.Null));

        partitioner.BatchFinished(0);
        Assert.Equal(1, partitioner.Choose(NullableBytes.Null));
        partitioner.BatchFinished(1);
        Assert.Equal(2, partitioner.Choose(NullableBytes.Null));
        partitioner.BatchFinished(2);
        Assert.Equal(0, partitioner.Choose(NullableBytes.Null));
    }

    [Fact]
    public void An_empty_key_is_a_key() => Assert.Equal(Murmur2.PartitionOf([], 5), new Partitioner(5, seed: 0).Choose(Array.Empty<byte>()));
}
