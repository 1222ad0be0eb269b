namespace Akka.Persistence.Serialization;

/// <summary>A snapshot on its way to a store, written by <see cref="PersistenceSnapshotSerializer"/>.</summary>
public sealed class Snapshot(object data)
{
    public object Data { get; } = data;

    public override bool Equals(object? obj) => obj is Snapshot other && Equals(Data, other.Data);

    public override int GetHashCode() => Data?.GetHashCode() ?? 0;
}
