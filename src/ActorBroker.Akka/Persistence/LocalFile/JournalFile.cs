using Akka.Persistence.Snapshot;
using Microsoft.Win32.SafeHandles;

namespace ActorBroker.LocalFiles;

/// <summary>
/// The journal of one persistence id: a file of <see cref="JournalFrame"/>s, only ever appended to, or replaced as a whole when
/// much of it is deleted.
/// </summary>
/// <remarks>
/// <para>Opening it reads all of it. When it ends in the middle of a frame, that write was torn and never acknowledged: it is
/// cut off and reported in <see cref="CutBytes"/>. The same goes for a last frame with a wrong checksum. Damage before that is
/// an error.</para>
/// <para>Owner: the journal's thread. After a failed write the end of the file is unknown: the file has to be opened again.</para>
/// </remarks>
internal sealed class JournalFile : IDisposable
{
    private readonly string _path;
    private readonly bool _mustFlush;
    private readonly SafeFileHandle _file;
    private readonly List<Frame> _frames = [];
    private long _end;
    private bool _isBroken;

    private JournalFile(string path, SafeFileHandle file, bool mustFlush)
    {
        _path = path;
        _file = file;
        _mustFlush = mustFlush;
    }

    public long HighestSequenceNr { get; private set; }

    /// <summary>Events up to here, inclusive, are deleted.</summary>
    public long DeletedTo { get; private set; }

    /// <summary>What opening it has cut off.</summary>
    public long CutBytes { get; private set; }

    /// <summary>Bytes of frames all of whose events are deleted.</summary>
    public long DeadBytes => _frames.Where(frame => frame.Last <= DeletedTo).Sum(frame => (long)frame.Bytes);

    public long Bytes => _end;

    /// <summary>Opens the file, and makes it when it is not there.</summary>
    /// <exception cref="LocalFileCorruptException">It is damaged, or belongs to another persistence id.</exception>
    public static JournalFile Open(string path, string persistenceId, bool mustFlush)
    {
        var isNew = !File.Exists(path);
        var handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        try
        {
            var file = new JournalFile(path, handle, mustFlush);
            file.Scan(persistenceId);
            if (file._end == 0)
            {
                file.AppendFrame(JournalFrame.OfIdentity(persistenceId));
            }

            if (isNew && mustFlush)
            {
                FolderFlush.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
            }

            return file;
        }
        catch
        {
            // The caller gets the error; the handle must not outlive it.
            handle.Dispose();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Appends events as one frame: all of them are there afterwards, or none.</summary>
    /// <exception cref="IOException">The disk refused; nothing may be taken as written.</exception>
    public void Append(IReadOnlyList<StoredEvent> events)
    {
        Check.That(events[0].SequenceNr > DeletedTo);
        var at = _end;
        var frame = JournalFrame.OfEvents(events);
        AppendFrame(frame);
        Note(at, frame.Length, events[0].SequenceNr, events[^1].SequenceNr);
    }

    /// <summary>Marks events as deleted; <see cref="Compacted"/> gets rid of them.</summary>
    public void DeleteTo(long toSequenceNr)
    {
        var to = Math.Min(toSequenceNr, HighestSequenceNr);
        if (to <= DeletedTo)
        {
            return;
        }

        AppendFrame(JournalFrame.OfDeletion(to, HighestSequenceNr));
        DeletedTo = to;
    }

    /// <summary>The events of a range, in order.</summary>
    public IEnumerable<StoredEvent> Read(long fromSequenceNr, long toSequenceNr)
    {
        var from = Math.Max(fromSequenceNr, DeletedTo + 1);
        foreach (var frame in _frames.Where(frame => frame.Last >= from && frame.First <= toSequenceNr).ToArray())
        {
            foreach (var one in ReadFrame(frame).Where(one => one.SequenceNr >= from && one.SequenceNr <= toSequenceNr))
            {
                yield return one;
            }
        }
    }

    /// <summary>Replaces the file by one without the frames that are deleted, and closes this one.</summary>
    public JournalFile Compacted(string persistenceId)
    {
        Check.That(!_isBroken);
        var beside = _path + ".new";
        using (var copy = File.OpenHandle(beside, FileMode.Create, FileAccess.Write))
        {
            long end = 0;
            foreach (var frame in new[] { JournalFrame.OfIdentity(persistenceId), JournalFrame.OfDeletion(DeletedTo, HighestSequenceNr) }
                .Concat(_frames.Where(frame => frame.Last > DeletedTo).Select(Raw)))
            {
                RandomAccess.Write(copy, frame, end);
                end += frame.Length;
            }

            RandomAccess.FlushToDisk(copy);
        }

        Dispose();
        File.Move(beside, _path, overwrite: true);
        FolderFlush.Flush(Path.GetDirectoryName(Path.GetFullPath(_path))!);
        return Open(_path, persistenceId, _mustFlush);
    }

    private void Scan(string persistenceId)
    {
        var length = RandomAccess.GetLength(_file);
        if (length > Array.MaxLength)
        {
            throw new IOException($"{_path} has {length} bytes: a journal file is read as a whole, up to {Array.MaxLength}. Save snapshots and delete the events before them.");
        }

        var bytes = new byte[length];
        if (ReadAt(0, bytes) < length)
        {
            throw new IOException($"{_path} could not be read to its end.");
        }

        while (_end < length && MeasureAt(bytes.AsSpan((int)_end)) is { } frameBytes)
        {
            Take(bytes.AsMemory((int)_end, frameBytes), persistenceId);
            _end += frameBytes;
        }

        CutBytes = length - _end;
        if (CutBytes > 0)
        {
            RandomAccess.SetLength(_file, _end);
            Flush();
        }
    }

    /// <summary>Null: the file ends in a write that was torn, and never acknowledged.</summary>
    private int? MeasureAt(ReadOnlySpan<byte> rest)
    {
        var damage = "the length of a frame is wrong";
        try
        {
            if (JournalFrame.Measure(rest) is { } frameBytes)
            {
                return frameBytes;
            }
        }
        catch (InvalidDataException wrong)
        {
            // A write that the power cut short may leave a length without its content: torn as well, if it was the last.
            damage = wrong.Message;
        }

        return IsTornTail(rest) ? null : throw new LocalFileCorruptException(_path, _end, damage);
    }

    /// <summary>Each write is one frame and waits for the one before it, so a torn one has nothing behind it: a whole frame there
    /// says that this one was acknowledged and has been damaged since.</summary>
    private static bool IsTornTail(ReadOnlySpan<byte> rest)
    {
        for (var at = 1; at <= rest.Length - JournalFrame.HeaderBytes; at++)
        {
            if (IsWholeFrame(rest[at..]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsWholeFrame(ReadOnlySpan<byte> rest)
    {
        try
        {
            return JournalFrame.Measure(rest) is not null;
        }
        catch (InvalidDataException)
        {
            // Not the beginning of a frame: that is the question.
            return false;
        }
    }

    private void Take(ReadOnlyMemory<byte> frame, string persistenceId)
    {
        try
        {
            switch (JournalFrame.KindOf(frame.Span))
            {
                case JournalFrame.Events:
                    var events = JournalFrame.ReadEvents(frame);
                    Note(_end, frame.Length, events[0].SequenceNr, events[^1].SequenceNr);
                    break;
                case JournalFrame.DeletedTo:
                    var (to, highest) = JournalFrame.ReadDeletion(frame);
                    DeletedTo = Math.Max(DeletedTo, to);
                    HighestSequenceNr = Math.Max(HighestSequenceNr, highest);
                    break;
                case JournalFrame.Identity when JournalFrame.ReadIdentity(frame) == persistenceId:
                    break;
                case JournalFrame.Identity:
                    throw new InvalidDataException($"it belongs to persistence id '{JournalFrame.ReadIdentity(frame)}' and not to '{persistenceId}'");
                default:
                    throw new InvalidDataException($"frames of kind {JournalFrame.KindOf(frame.Span)} are not known to this version");
            }
        }
        catch (InvalidDataException wrong)
        {
            throw new LocalFileCorruptException(_path, _end, wrong.Message);
        }
    }

    private void Note(long at, int bytes, long first, long last)
    {
        _frames.Add(new Frame(at, bytes, first, last));
        HighestSequenceNr = Math.Max(HighestSequenceNr, last);
    }

    private List<StoredEvent> ReadFrame(Frame frame)
    {
        var bytes = Raw(frame);
        try
        {
            return JournalFrame.Measure(bytes) == frame.Bytes
                ? JournalFrame.ReadEvents(bytes)
                : throw new InvalidDataException("the length of a frame has changed");
        }
        catch (InvalidDataException damage)
        {
            throw new LocalFileCorruptException(_path, frame.At, damage.Message);
        }
    }

    private byte[] Raw(Frame frame)
    {
        var bytes = new byte[frame.Bytes];
        return ReadAt(frame.At, bytes) == frame.Bytes
            ? bytes
            : throw new LocalFileCorruptException(_path, frame.At, "the file has become shorter");
    }

    private int ReadAt(long position, Span<byte> into)
    {
        var read = 0;
        while (read < into.Length)
        {
            var more = RandomAccess.Read(_file, into[read..], position + read);
            if (more == 0)
            {
                break;
            }

            read += more;
        }

        return read;
    }

    private void AppendFrame(byte[] frame)
    {
        Check.That(!_isBroken);
        _isBroken = true;
        RandomAccess.Write(_file, frame, _end);
        Flush();
        _end += frame.Length;
        _isBroken = false;
    }

    private void Flush()
    {
        if (_mustFlush)
        {
            RandomAccess.FlushToDisk(_file);
        }
    }

    /// <summary>Where the events of one write are.</summary>
    private readonly record struct Frame(long At, int Bytes, long First, long Last);
}
