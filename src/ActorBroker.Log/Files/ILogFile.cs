namespace ActorBroker.Log.Files;

/// <summary>One open file. Positions and sizes are bytes.</summary>
/// <remarks>Owned by one log; only <see cref="Flush"/> may be called from another thread than the owner's.
/// Every member throws <see cref="LogIOException"/> when the disk refuses.</remarks>
public interface ILogFile : IDisposable
{
    string Path { get; }

    long Length { get; }

    /// <summary>Reads up to <paramref name="buffer"/>.Length bytes from <paramref name="position"/>; fewer only at the end of the file.</summary>
    int Read(Span<byte> buffer, long position);

    /// <summary>Writes all of <paramref name="bytes"/>; the file grows as needed. After an exception the written range is unknown.</summary>
    void Write(ReadOnlySpan<byte> bytes, long position);

    /// <summary>Writes the buffers back to back with as few system calls as possible.</summary>
    void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long position);

    /// <summary>Cuts or extends the file.</summary>
    void SetLength(long length);

    /// <summary>Makes everything written so far durable (fsync). Safe from any thread while the file is open.</summary>
    void Flush();
}
