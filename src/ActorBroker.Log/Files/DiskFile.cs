using Microsoft.Win32.SafeHandles;

namespace ActorBroker.Log.Files;

/// <summary>One file of <see cref="DiskFiles"/>: positioned reads and writes, no buffer of its own.</summary>
internal sealed class DiskFile(string path, SafeFileHandle handle) : ILogFile
{
    public string Path { get; } = path;

    public long Length
    {
        get
        {
            try
            {
                return RandomAccess.GetLength(handle);
            }
            catch (Exception cause) when (IsRefusal(cause))
            {
                throw DiskFiles.Refusal("see the length of", Path, cause);
            }
        }
    }

    public int Read(Span<byte> buffer, long position)
    {
        try
        {
            var total = 0;
            while (total < buffer.Length)
            {
                var read = RandomAccess.Read(handle, buffer[total..], position + total);
                if (read == 0) break;
                total += read;
            }

            return total;
        }
        catch (Exception cause) when (IsRefusal(cause))
        {
            throw DiskFiles.Refusal($"read {buffer.Length} bytes at {position} of", Path, cause);
        }
    }

    public void Write(ReadOnlySpan<byte> bytes, long position)
    {
        try
        {
            RandomAccess.Write(handle, bytes, position);
        }
        catch (Exception cause) when (IsRefusal(cause))
        {
            throw DiskFiles.Refusal($"write {bytes.Length} bytes at {position} of", Path, cause);
        }
    }

    public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long position)
    {
        try
        {
            if (GatherWrite.IsAvailable)
            {
                GatherWrite.Write(handle, buffers, position);
            }
            else
            {
                RandomAccess.Write(handle, buffers, position);
            }
        }
        catch (Exception cause) when (IsRefusal(cause))
        {
            throw DiskFiles.Refusal($"write {buffers.Count} buffers at {position} of", Path, cause);
        }
    }

    public void SetLength(long length)
    {
        try
        {
            RandomAccess.SetLength(handle, length);
        }
        catch (Exception cause) when (IsRefusal(cause))
        {
            throw DiskFiles.Refusal($"set the length to {length} of", Path, cause);
        }
    }

    public void Flush()
    {
        try
        {
            RandomAccess.FlushToDisk(handle);
        }
        catch (Exception cause) when (IsRefusal(cause))
        {
            throw DiskFiles.Refusal("flush", Path, cause);
        }
    }

    public void Dispose() => handle.Dispose();

    private static bool IsRefusal(Exception cause) => cause is IOException or UnauthorizedAccessException or ObjectDisposedException;
}
