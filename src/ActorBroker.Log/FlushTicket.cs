using ActorBroker.Log.Files;

namespace ActorBroker.Log;

/// <summary>One flush under way: begun by the log's owner, run on any thread, completed by the owner again.</summary>
/// <remarks>Holds the files it flushes open, so that the log may delete or close them meanwhile.</remarks>
public sealed class FlushTicket
{
    private readonly ILogFiles _files;
    private readonly string? _folder;
    private readonly List<SharedFile> _held;
    private readonly Action<LogIOException> _failed;
    private int _hasRun;

    /// <param name="folder">Null when it did not change.</param>
    internal FlushTicket(
        ILogFiles files, string? folder, int folderChanges, List<Part> parts, Offset end, int generation, Action<LogIOException> failed)
    {
        (_files, _folder, _failed) = (files, folder, failed);
        (Parts, End, Generation, FolderChanges) = (parts, end, generation, folderChanges);
        _held = [];
        foreach (var part in parts)
        {
            _held.Add(part.Segment.ShareLog());
            if (!part.IsSealed) continue;
            _held.Add(part.Segment.Index.File.Share());
            _held.Add(part.Segment.Times.File.Share());
        }
    }

    /// <summary>Everything before this offset is durable after <see cref="Run"/>.</summary>
    public Offset End { get; }

    internal IReadOnlyList<Part> Parts { get; }

    /// <summary>Tickets from before a truncation say nothing about the log as it is now.</summary>
    internal int Generation { get; }

    /// <summary>Changes to the folder that are durable afterwards.</summary>
    internal int FolderChanges { get; }

    /// <summary>True when <see cref="Run"/> came to a good end.</summary>
    internal bool IsDone { get; private set; }

    /// <summary>Makes the files durable: one fsync a file, and one for the folder when files came or went. Blocks; any thread, once.</summary>
    /// <exception cref="LogIOException">The disk refused. The log refuses further work until it is reopened.</exception>
    public void Run()
    {
        Check.That(Interlocked.Exchange(ref _hasRun, 1) == 0);
        try
        {
            foreach (var file in _held) file.File.Flush();
            if (_folder is not null) _files.FlushFolder(_folder);
            IsDone = true;
        }
        catch (LogIOException failure)
        {
            _failed(failure);
            throw;
        }
        finally
        {
            foreach (var file in _held) file.Release();
        }
    }

    /// <param name="Segment">A segment that was written to.</param>
    /// <param name="Bytes">Its size when the flush began.</param>
    /// <param name="IsSealed">Its indexes are complete and flushed too.</param>
    internal readonly record struct Part(Segment Segment, int Bytes, bool IsSealed);
}
