using System.Globalization;
using Akka.Actor.Internal;

namespace Akka.Actor;

/// <summary>
/// The children of one actor and what the actor waits for before it goes on: the end of those that have been told to stop.
/// </summary>
/// <remarks>Read from any thread (selections), changed by the owner and, for the guardians, by whoever makes top-level
/// actors; hence the lock, which only actors with children have.</remarks>
internal sealed class ActorChildren(ActorCell cell)
{
    private static readonly Lock NoLock = new();

    private Book? _book;
    private long _lastNumber = -1;

    /// <summary>What happens when the last of those that shall die has died.</summary>
    public enum Waiting
    {
        Nothing,
        ToCreate,
        ToRecreate,
        ToTerminate,
    }

    public IActorRef Attach(Props props, string? name, bool isSystemService)
    {
        if (name is null)
        {
            name = GeneratedName();
        }
        else
        {
            RequireValidName(name);
        }

        var book = OpenBook();
        book.Reserve(name, cell);
        LocalActorRef child;
        try
        {
            var path = new ChildActorPath(cell.Self.Path, name, cell.SystemImpl.NextUid());
            child = (LocalActorRef)cell.SystemImpl.Provider.ActorOf(
                cell.SystemImpl, props, (IInternalActorRef)cell.Self, path, isSystemService, null, true, false);
        }
        catch
        {
            book.Unreserve(name);
            throw;
        }

        var isWelcome = book.Enter(name, child);
        child.Start();
        if (!isWelcome)
        {
            child.Stop();   // the parent began to stop in the meantime
        }

        return child;
    }

    public IInternalActorRef? Find(string name)
    {
        var (plain, uid) = ActorPathText.SplitNameAndUid(name);
        var child = _book?.Find(plain)?.Child;
        return child is not null && (uid == ActorPath.UndefinedUid || uid == child.Path.Uid) ? child : null;
    }

    public ChildRestartStats? StatsOf(IActorRef child) => _book?.StatsOf(child);

    public bool Contains(IActorRef child) => StatsOf(child) is not null;

    public IReadOnlyList<IInternalActorRef> Refs() => _book?.Refs() ?? [];

    public IReadOnlyCollection<ChildRestartStats> Stats() => _book?.Stats() ?? [];

    /// <summary>The child has been or is being told to stop.</summary>
    public void ShallDie(IActorRef child) => _book?.ShallDie(child);

    /// <summary>True when there is somebody to wait for; then <see cref="Remove"/> tells when the last is gone.</summary>
    public bool Wait(Waiting reason, Exception? cause) => OpenBook().Wait(reason, cause);

    /// <summary>The child has stopped.</summary>
    /// <returns>What was waited for, when this was the last one.</returns>
    public (Waiting Reason, Exception? Cause) Remove(IActorRef child) => _book?.Remove(child) ?? default;

    /// <summary>No children any more.</summary>
    public void Close() => OpenBook().Close();

    private static void RequireValidName(string name)
    {
        if (name.Length == 0)
        {
            throw new InvalidActorNameException("Actor name must not be empty.");
        }

        if (!ActorPath.IsValidPathElement(name))
        {
            throw new InvalidActorNameException(
                $"Illegal actor name [{name}]. Actor paths MUST: not start with '$', include only ASCII letters "
                + $"and can only contain these special characters: {ActorPath.ValidSymbols}.");
        }
    }

    /// <summary>$a, $b, … $~, $aa, …</summary>
    private string GeneratedName() => "$" + Base64Name.Of(Interlocked.Increment(ref _lastNumber));

    private Book OpenBook()
    {
        if (Volatile.Read(ref _book) is { } book)
        {
            return book;
        }

        lock (NoLock)
        {
            return _book ??= new Book();
        }
    }

    /// <summary>Made with the first child.</summary>
    private sealed class Book
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, ChildRestartStats?> _byName = [];   // null: reserved
        private readonly HashSet<IActorRef> _toDie = [];
        private Waiting _waiting;
        private Exception? _cause;
        private bool _isClosed;

        public void Reserve(string name, ActorCell cell)
        {
            lock (_lock)
            {
                if (_isClosed || _waiting == Waiting.ToTerminate)
                {
                    throw new InvalidOperationException(
                        $"Cannot create child [{name}] of {cell.Self} while terminating or terminated");
                }

                if (!_byName.TryAdd(name, null))
                {
                    throw new InvalidActorNameException(
                        string.Create(CultureInfo.InvariantCulture, $"Actor name \"{name}\" is not unique!"));
                }
            }
        }

        public void Unreserve(string name)
        {
            lock (_lock)
            {
                _byName.Remove(name);
            }
        }

        public bool Enter(string name, IInternalActorRef child)
        {
            lock (_lock)
            {
                if (_isClosed)
                {
                    return false;
                }

                _byName[name] = new ChildRestartStats(child);
                if (_waiting == Waiting.ToTerminate)
                {
                    _toDie.Add(child);
                    return false;
                }

                return true;
            }
        }

        public ChildRestartStats? Find(string name)
        {
            lock (_lock)
            {
                return _byName.GetValueOrDefault(name);
            }
        }

        public ChildRestartStats? StatsOf(IActorRef child)
        {
            var stats = Find(child.Path.Name);
            return stats is not null && stats.Child.Equals(child) ? stats : null;
        }

        public IReadOnlyList<IInternalActorRef> Refs()
        {
            lock (_lock)
            {
                return [.. _byName.Values.Where(one => one is not null).Select(one => one!.Child)];
            }
        }

        public IReadOnlyCollection<ChildRestartStats> Stats()
        {
            lock (_lock)
            {
                return [.. _byName.Values.Where(one => one is not null)!];
            }
        }

        public void ShallDie(IActorRef child)
        {
            lock (_lock)
            {
                if (_byName.GetValueOrDefault(child.Path.Name) is { } stats && stats.Child.Equals(child))
                {
                    _toDie.Add(child);
                }
            }
        }

        public bool Wait(Waiting reason, Exception? cause)
        {
            lock (_lock)
            {
                if (_toDie.Count == 0)
                {
                    return false;
                }

                _waiting = reason;
                _cause = cause;
                return true;
            }
        }

        public (Waiting Reason, Exception? Cause) Remove(IActorRef child)
        {
            lock (_lock)
            {
                if (_byName.GetValueOrDefault(child.Path.Name) is { } stats && stats.Child.Equals(child))
                {
                    _byName.Remove(child.Path.Name);
                }

                if (!_toDie.Remove(child) || _toDie.Count > 0)
                {
                    return default;
                }

                var (reason, cause) = (_waiting, _cause);
                _waiting = reason == Waiting.ToTerminate ? Waiting.ToTerminate : Waiting.Nothing;
                _cause = null;
                return (reason, cause);
            }
        }

        public void Close()
        {
            lock (_lock)
            {
                _isClosed = true;
                _byName.Clear();
                _toDie.Clear();
            }
        }
    }
}
