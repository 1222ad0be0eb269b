namespace ActorBroker.Log;

/// <summary>A header to write, or one that was copied out of a record. Keys may repeat in a record.</summary>
/// <param name="Key">Text, stored as UTF-8; may be empty.</param>
/// <param name="Value">Null differs from empty.</param>
public readonly record struct RecordHeader(string Key, byte[]? Value);
