namespace ActorBroker.Storage;

/// <summary>Marks an event or snapshot that <see cref="StateSerializer"/> writes to disk. Its shape is a format:
/// properties may be added, with a default value, never renamed or given another meaning.</summary>
public interface IStored;
