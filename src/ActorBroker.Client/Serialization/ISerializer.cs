using System.Buffers;

namespace ActorBroker.Client;

/// <summary>Writes keys or values of records. Used from many threads at a time.</summary>
public interface ISerializer<in T>
{
    /// <param name="value">Never null: a null reference is written as Kafka's null without asking.</param>
    /// <exception cref="RecordFormatException">The value has no such form.</exception>
    void Serialize(T value, IBufferWriter<byte> to);
}
