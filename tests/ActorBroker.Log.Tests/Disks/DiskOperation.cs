namespace ActorBroker.Testing;

/// <summary>What a fault can be put on.</summary>
public enum DiskOperation
{
    Open,
    Read,
    Write,
    SetLength,
    Flush,
    FlushFolder,
    Rename,
    Delete,
    Replace,
}
