namespace ActorBroker.Log.Tests.Batches;

public sealed class Crc32CTests
{
    [Fact]
    public void Lanes_and_remainders_of_every_size_give_what_one_bit_at_a_time_gives()
    {
        var bytes = Samples.Make("random", seed: 7, size: 3600);
        for (var length = 0; length <= bytes.Length; length++)
        {
            var slice = bytes.AsSpan(bytes.Length - length);
            if (length < 40 || length % 7 == 0 || length % 512 < 10) Assert.Equal(BitByBit(slice), Crc32C.Of(slice));
        }
    }

    private static uint BitByBit(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0x82f63b78);
        }

        return ~crc;
    }
}
