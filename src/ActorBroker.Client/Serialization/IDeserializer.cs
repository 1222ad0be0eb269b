namespace ActorBroker.Client;

/// <summary>Reads keys or values of records. Used from many threads at a time.</summary>
public interface IDeserializer<out T>
{
    /// <param name="bytes">Gone after the call. Kafka's null does not come here: it is <c>default(T)</c>.</param>
    /// <exception cref="RecordFormatException">The bytes are no such value.</exception>
    T Deserialize(ReadOnlySpan<byte> bytes);
}
