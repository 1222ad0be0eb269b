using System.Globalization;
using ActorBroker.Messages;

namespace ActorBroker.Storage;

/// <summary>A node's claim on its data folder: one process at a time, always the same node.</summary>
/// <remarks>Uses the real disk, also where the node's data is on a simulated one: the claim is between processes.</remarks>
internal sealed class DataFolder : IDisposable
{
    private const string LockName = "node.lock";
    private const string IdentityName = "node.properties";
    private readonly FileStream _lock;
    private readonly bool _deleteAtEnd;

    private DataFolder(string path, FileStream @lock, bool deleteAtEnd)
    {
        Path = path;
        _lock = @lock;
        _deleteAtEnd = deleteAtEnd;
    }

    public string Path { get; }

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
                CheckIdentity(path, node);
            }
            catch
            {
                held.Dispose();
                throw;
            }

            return new DataFolder(path, held, deleteAtEnd);
        }
        catch (UnauthorizedAccessException cause)
        {
            throw new NodeStartException($"data folder {path} cannot be written: {cause.Message}", cause);
        }
        catch (IOException cause)
        {
            var why = File.Exists(System.IO.Path.Combine(path, LockName))
                ? "another node uses it; stop that one, or choose another folder (--data, broker.data-dir)"
                : cause.Message;
            throw new NodeStartException($"data folder {path} cannot be used: {why}", cause);
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

    private static void CheckIdentity(string path, NodeId node)
    {
        var file = System.IO.Path.Combine(path, IdentityName);
        var expected = string.Create(CultureInfo.InvariantCulture, $"node.id={node}");
        if (!File.Exists(file))
        {
            File.WriteAllText(file, expected + "\n");
            return;
        }

        var found = File.ReadAllText(file).Trim();
        if (found != expected)
        {
            throw new NodeStartException($"data folder {path} belongs to another node ({found}); this one has {expected}: choose its folder or its id");
        }
    }
}
