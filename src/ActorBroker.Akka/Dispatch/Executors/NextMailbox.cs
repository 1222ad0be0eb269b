namespace Akka.Dispatch.Executors;

/// <summary>The mailbox that a pool thread runs when the one that it runs now has nothing left to do.</summary>
/// <remarks>
/// An actor that a message has woken runs on the sender's thread, after the sender: no other thread has to be woken for it, and
/// the message is still in the cache. It waits here only while the sender has nothing else to do than the message at hand,
/// and a sender that does not come to an end of that, since it blocks, loses it to another thread after
/// <see cref="WaitMax"/>.
/// Owner: its thread, which alone puts mailboxes here; the watcher, a thread of its own, may take one away.
/// </remarks>
internal sealed class NextMailbox
{
    /// <summary>Then everybody else's work has its turn.</summary>
    private const int RunsInARow = 16;

    /// <summary>Looks of the watcher without anything seen, after which it rests.</summary>
    private const int LooksInVain = 10;

    /// <summary>After this time, or twice of it, another thread takes over.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromMilliseconds(10);

    private static readonly List<WeakReference<NextMailbox>> All = [];
    private static readonly AutoResetEvent Wanted = new(false);
    private static volatile bool _isWatched;
    private static bool _hasWatcher;

    [ThreadStatic]
    private static NextMailbox? _mine;

    private Mailbox? _mailbox;
    private bool _isRunning;
    private int _puts;
    private int _putsSeen;

    /// <summary>Something waits for this thread.</summary>
    public static bool IsTaken => _mine is { _mailbox: not null };

    /// <summary>Runs a mailbox on this thread, and those that follow.</summary>
    public static void Run(Mailbox mailbox)
    {
        var mine = _mine ??= Register();
        mine._isRunning = true;
        var context = ExecutionContext.Capture();
        try
        {
            mailbox.Run();
            for (var runs = 1; mine.Take() is { } next; runs++)
            {
                if (runs == RunsInARow)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(next, preferLocal: false);
                    break;
                }

                // As between two work items of the pool: what one actor has set, such as a culture, is not the next one's.
                if (context is not null)
                {
                    ExecutionContext.Restore(context);
                }

                next.Run();
            }
        }
        finally
        {
            mine._isRunning = false;
        }
    }

    /// <summary>Has this thread run a mailbox next.</summary>
    /// <returns>What somebody else has to run: the mailbox that was to be the next till now, or this one when the thread runs none.</returns>
    public static Mailbox? Put(Mailbox mailbox)
    {
        if (_mine is not { _isRunning: true } mine)
        {
            return mailbox;
        }

        mine._puts++;
        var displaced = Interlocked.Exchange(ref mine._mailbox, mailbox);
        if (!_isWatched)
        {
            Watch();
        }

        return displaced;
    }

    /// <summary>The thread has more to do: what waits for it goes to the pool.</summary>
    public static void Release()
    {
        if (_mine?.Take() is { } mailbox)
        {
            ThreadPool.UnsafeQueueUserWorkItem(mailbox, preferLocal: true);
        }
    }

    private static NextMailbox Register()
    {
        var made = new NextMailbox();
        lock (All)   // its thread and the watcher
        {
            All.Add(new WeakReference<NextMailbox>(made));
        }

        return made;
    }

    private static void Watch()
    {
        lock (All)
        {
            if (!_hasWatcher)
            {
                _hasWatcher = true;
                new Thread(WatchForEver) { IsBackground = true, Name = "akka-mailbox-watcher" }.Start();
            }
        }

        _isWatched = true;
        Wanted.Set();
    }

    private static void WatchForEver()
    {
        while (true)
        {
            Wanted.WaitOne();
            for (var inVain = 0; inVain < LooksInVain; inVain++)
            {
                Wanted.WaitOne(WaitMax);
                if (LookAtAll())
                {
                    inVain = 0;
                }
            }

            // Who puts something here after this look sees the flag and wakes the watcher.
            _isWatched = false;
            Interlocked.MemoryBarrier();
            if (LookAtAll())
            {
                _isWatched = true;
                Wanted.Set();
            }
        }
    }

    /// <returns>Something was put since the last look.</returns>
    private static bool LookAtAll()
    {
        var isUsed = false;
        lock (All)
        {
            for (var i = All.Count - 1; i >= 0; i--)
            {
                if (All[i].TryGetTarget(out var one))
                {
                    isUsed |= one.Look();
                }
                else
                {
                    All.RemoveAt(i);
                }
            }
        }

        return isUsed;
    }

    private bool Look()
    {
        var puts = Volatile.Read(ref _puts);
        if (puts != _putsSeen)
        {
            _putsSeen = puts;
            return true;
        }

        // It was here at the last look already.
        if (Volatile.Read(ref _mailbox) is not null && Take() is { } mailbox)
        {
            ThreadPool.UnsafeQueueUserWorkItem(mailbox, preferLocal: false);
        }

        return false;
    }

    private Mailbox? Take() => Volatile.Read(ref _mailbox) is null ? null : Interlocked.Exchange(ref _mailbox, null);
}
