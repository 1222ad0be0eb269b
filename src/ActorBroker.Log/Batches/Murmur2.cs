using System.Buffers.Binary;

namespace ActorBroker.Log;

/// <summary>Murmur2 as the Java client's default partitioner uses it (seed 0x9747b28c), so that keys land where its keys do.</summary>
public static class Murmur2
{
    private const uint Seed = 0x9747b28c;
    private const uint Multiplier = 0x5bd1e995;
    private const int Shift = 24;

    /// <summary>The hash of a key; as the Java client's signed one, in the bits.</summary>
    public static uint Hash(ReadOnlySpan<byte> key)
    {
        var hash = Seed ^ (uint)key.Length;
        while (key.Length >= sizeof(uint))
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(key) * Multiplier;
            word ^= word >> Shift;
            hash = (hash * Multiplier) ^ (word * Multiplier);
            key = key[sizeof(uint)..];
        }

        if (key.Length == 3) hash ^= (uint)key[2] << 16;
        if (key.Length >= 2) hash ^= (uint)key[1] << 8;
        if (key.Length >= 1) hash = (hash ^ key[0]) * Multiplier;

        hash = (hash ^ (hash >> 13)) * Multiplier;
        return hash ^ (hash >> 15);
    }

    /// <summary>The partition of a key: 0 … <paramref name="partitionCount"/> − 1.</summary>
    public static int PartitionOf(ReadOnlySpan<byte> key, int partitionCount)
    {
        Check.That(partitionCount > 0);
        return (int)(Hash(key) & int.MaxValue) % partitionCount;
    }
}
