using System.Runtime.Serialization;
using System.Text.Json;
using ActorBroker.Log;

namespace ActorBroker.Storage;

/// <summary>Makes events and snapshots of what lies in their files.</summary>
internal static class StateRead
{
    /// <param name="file">Where the entry was read.</param>
    /// <exception cref="LogCorruptException">The entry is whole, and holds something else than its manifest says.</exception>
    public static object Value(Akka.Serialization.Serialization serialization, string file, StateEntry entry)
    {
        try
        {
            return serialization.Deserialize(entry.Payload, entry.SerializerId, entry.Manifest);
        }
        catch (Exception cause) when (cause is JsonException or SerializationException or ArgumentException or NotSupportedException)
        {
            throw new LogCorruptException(file, entry.Position, $"'{entry.Manifest}' number {entry.SequenceNr} cannot be read: {cause.Message}");
        }
    }
}
