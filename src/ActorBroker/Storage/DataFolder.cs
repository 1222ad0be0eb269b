using System.Globalization;
using System.Text;
using ActorBroker.Messages;

namespace ActorBroker.Storage;

/// <summary>A node's claim on its data folder: one process at a time, always the same node.</summary>
/// <remarks>Uses the real disk, also where the node's data is on a simulated one: the claim is between processes.</remarks>
internal sealed class DataFolder : IDisposable
{
    private const string LockName = "node.lock";
    private const string IdentityName = "node.properties";
    private const string IdKey = "folder.id=";
    private readonly FileStream _lock;
    private readonly bool _deleteAtEnd;

    private DataFolder(string path, Guid id, FileStream @lock, bool deleteAtEnd)
    {
        Path = path;
        Id = id;
        _lock = @lock;
        _deleteAtEnd = deleteAtEnd;
    }

    public string Path { get; }

    /// <summary>Tells this folder from every other, also from another one at the same place.</summary>
    public Guid Id { get; }

    /// <exception cref="NodeStartException">It is in use, it belongs to another node, or it cannot be written.</exception>
    public static DataFolder Claim(string folder, NodeId node, bool deleteAtEnd)
    {
        var path = System.IO.Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(path);
            var held = new FileStream(System.IO.Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            try
            {
                return new DataFolder(path, Identify(path, node), held, deleteAtEnd);
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch (IOException cause) when (IsHeld(cause))
        {
            throw new NodeStartException($"data folder {path} cannot be used: another node uses it; stop that one, or choose another folder (--data, broker.data-dir)", cause);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new NodeStartException(
                $"data folder {path} cannot be written: {cause.Message} Make it writable, with free space, or choose another folder (--data, broker.data-dir)", cause);
        }
    }

    public void Dispose()
    {
        _lock.Dispose();
        if (_deleteAtEnd)
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    /// <summary>Another process has the lock file open.</summary>
    private static bool IsHeld(IOException cause)
    {
        const int SharingViolation = unchecked((int)0x80070020);    // Windows
        const int WouldBlock = 11;                                  // Linux
        const int WouldBlockOnMac = 35;
        return cause.HResult is SharingViolation or WouldBlock or WouldBlockOnMac;
    }

    /// <summary>Reads whose folder it is, or writes that it is this node's.</summary>
    private static Guid Identify(string path, NodeId node)
    {
        var file = System.IO.Path.Combine(path, IdentityName);
        var expected = string.Create(CultureInfo.InvariantCulture, $"node.id={node}");
        if (File.Exists(file))
        {
            var lines = File.ReadAllLines(file);
            var found = Array.Find(lines, line => line.StartsWith("node.id=", StringComparison.Ordinal))?.Trim();
            if (found is null || !int.TryParse(found["node.id=".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                throw Unreadable(file);
            }

            if (found != expected)
            {
                throw new NodeStartException(
                    $"data folder {path} belongs to another node ({IdentityName} says {found}); this one has {expected}: choose its folder or its id");
            }

            if (Array.Find(lines, line => line.StartsWith(IdKey, StringComparison.Ordinal)) is { } line)
            {
                return Guid.TryParse(line.AsSpan(IdKey.Length), out var known) && known != Guid.Empty ? known : throw Unreadable(file);
            }
        }

        var id = Guid.NewGuid();
        var temporary = file + ".new";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            stream.Write(Encoding.UTF8.GetBytes($"{expected}\n{IdKey}{id}\n"));
            stream.Flush(flushToDisk: true);    // the name must not survive a crash without the content
        }

        File.Move(temporary, file, overwrite: true);
        return id;
    }

    /// <summary>Never a new identity for a folder that has one: to the cluster it would be an empty folder.</summary>
    private static NodeStartException Unreadable(string file) =>
        new($"{file} is damaged: restore its two lines, node.id=<number> and folder.id=<uuid>, or start with an empty data folder");
}
