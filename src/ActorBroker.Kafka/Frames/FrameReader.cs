using System.Buffers.Binary;

namespace ActorBroker.Kafka.Frames;

/// <summary>What a look at received bytes found.</summary>
public enum FrameOutcome
{
    Frame,
    Incomplete,
    NegativeLength,
    TooLarge,
}

/// <summary>Finds frames in a stream of bytes: a 4-byte big-endian length, then so many bytes.</summary>
public static class FrameReader
{
    public const int LengthBytes = 4;

    /// <summary>Looks for a whole frame at the beginning of <paramref name="bytes"/>.</summary>
    /// <param name="frameBytesMax">Largest length that is accepted.</param>
    /// <param name="length">The claimed length; 0 while it is not there. A frame begins <see cref="LengthBytes"/> behind the beginning.</param>
    public static FrameOutcome Look(ReadOnlySpan<byte> bytes, int frameBytesMax, out int length)
    {
        length = 0;
        if (bytes.Length < LengthBytes)
        {
            return FrameOutcome.Incomplete;
        }

        length = BinaryPrimitives.ReadInt32BigEndian(bytes);
        return length < 0 ? FrameOutcome.NegativeLength
            : length > frameBytesMax ? FrameOutcome.TooLarge
            : bytes.Length - LengthBytes < length ? FrameOutcome.Incomplete
            : FrameOutcome.Frame;
    }
}
