using ActorBroker.Controller;
using ActorBroker.Log;
using ActorBroker.Messages;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Partitions;

/// <content>Partitions that nobody uses: they have no actor and no open file, only a route that wakes them, and a line here.</content>
internal sealed partial class PartitionsActor
{
    /// <summary>A partition falls asleep between this many and one more ticks without a message.</summary>
    internal const int TicksPerTimeout = 4;

    /// <summary>How many close their logs at a time, as a part of those that may open theirs: nobody waits for the former.</summary>
    private const int OpeningsPerClosing = 4;

    private readonly Dictionary<TopicPartition, Sleeper> _asleep = [];
    private readonly Dictionary<TopicPartition, Guid> _deleting = [];
    private readonly List<IActorRef> _folders = [];
    private readonly Queue<IActorRef> _drowsy = new();
    private readonly HashSet<IActorRef> _fallingAsleep = [];
    private Dictionary<(Guid Topic, int Partition), SleepingLog> _book = [];
    private long _routes;

    private void ReceiveSleepers()
    {
        Receive<IdleTick>(_ => OnIdleTick());
        Receive<WakePartition>(OnWake);
        Receive<StaysAwake>(_ => OnStaysAwake());
        Receive<LogClosed>(OnLogClosed);
        Receive<FolderDeleted>(OnFolderDeleted);
    }

    /// <summary>The book is read also where no partition sleeps: it must not be found later, when it is old.</summary>
    private void BeginToSleep()
    {
        var book = SleepBook.Take(_storage, _log);
        if (_settings.IdleTimeout is { } timeout)
        {
            _book = book;
            Timers.StartPeriodicTimer(IdleTick.Instance, IdleTick.Instance, timeout / TicksPerTimeout);
        }
    }

    private PartitionRef NewRoute(TopicPartition name) => new(name, Self, ++_routes, _settings.AppendsPendingMax);

    /// <summary>What is known of a partition that need not be opened: one that was left asleep, or one that has never been there. Null: open it.</summary>
    private SleepingLog? OutlineOf(TopicPartition name, Guid topicId, Assign assigned)
    {
        if (_settings.IdleTimeout is null || assigned.IsCopy || TopicNames.IsInternal(name.Topic))
        {
            return null;
        }

        if (_book.Remove((topicId, name.Partition), out var left))
        {
            return left.Epoch >= assigned.EpochMin ? left : null;
        }

        return _storage.Files.FolderExists(_storage.FolderOf(name)) ? null : SleepingLog.New(new LeaderEpoch(Math.Max(0, assigned.EpochMin.Value) + 1));
    }

    private void BeginAsleep(TopicPartition name, Guid topicId, TopicSettings settings, Assign assigned, SleepingLog log)
    {
        var route = NewRoute(name);
        var sleeper = new Sleeper(name, topicId, settings, assigned, route, log);
        _asleep.Add(name, sleeper);
        Check.That(route.TryFallAsleep(log));
        _directory.Set(name, new PartitionRoute(route, topicId, settings, null));
        Context.Parent.Tell(new LeaderElected(name, topicId, _node, log.Epoch));
        if (assigned.Move is not null)
        {
            Wake(sleeper);
        }
    }

    private void PlaceSleeper(Sleeper sleeper, TopicImage topic, Assign? wanted, TopicSettings settings)
    {
        if (sleeper.TopicId != topic.Id)
        {
            PlaceWhenGone(sleeper.Name, wanted is null ? null : topic);
        }
        else if (wanted is null or { IsCopy: true })
        {
            Delete(sleeper);
            if (wanted is not null)
            {
                // What it holds was given away.
                PlaceWhenGone(sleeper.Name, topic);
            }
        }
        else
        {
            var kept = sleeper with { Assigned = wanted, Settings = settings };
            _asleep[sleeper.Name] = kept;
            if (sleeper.Settings != settings)
            {
                Reroute(sleeper.Name, settings);
            }

            if (wanted.Move is not null)
            {
                Wake(kept);
            }
        }
    }

    /// <summary>Without opening the log.</summary>
    private void Delete(Sleeper sleeper)
    {
        _asleep.Remove(sleeper.Name);
        _directory.Remove(sleeper.Name);
        sleeper.Route.End();
        DeleteFolder(sleeper.Name, sleeper.TopicId);
    }

    private void DeleteFolder(TopicPartition name, Guid topicId)
    {
        _deleting.Add(name, topicId);
        _folders[(int)((uint)name.GetHashCode() % (uint)_folders.Count)].Tell(new DeleteFolder(name));
    }

    private void OnFolderDeleted(FolderDeleted deleted)
    {
        if (_deleting.Remove(deleted.Partition, out var topicId))
        {
            OnGone(deleted.Partition, topicId);
            AnswerIfClosed();
        }
    }

    /// <returns>How many there were.</returns>
    private int DropSleepers(TopicImage topic)
    {
        var dropped = 0;
        foreach (var partition in topic.Partitions)
        {
            var name = new TopicPartition(topic.Name, partition.Number);
            var isAsleep = _asleep.TryGetValue(name, out var sleeper) && sleeper.TopicId == topic.Id;
            if (isAsleep)
            {
                Delete(sleeper!);
            }

            if (isAsleep || (_deleting.TryGetValue(name, out var deleting) && deleting == topic.Id))
            {
                dropped++;
            }

            if (_placeWhenGone.GetValueOrDefault(name)?.Id == topic.Id)
            {
                _placeWhenGone.Remove(name);
            }
        }

        return dropped;
    }

    private void OnWake(WakePartition command)
    {
        if (_asleep.TryGetValue(command.Route.Name, out var sleeper) && sleeper.Route == command.Route)
        {
            Wake(sleeper);
        }
    }

    /// <summary>At once, or when it is its turn: until then its messages wait.</summary>
    private void Wake(Sleeper sleeper)
    {
        if (_closedClient is not null)
        {
            return;
        }

        if (!_turns.HasRoom)
        {
            _turns.Wait(sleeper.TopicId, sleeper.Name.Partition);
            return;
        }

        _asleep.Remove(sleeper.Name);
        Start(sleeper.Name, sleeper.TopicId, sleeper.Settings, sleeper.Assigned with { Asleep = sleeper.Log }, sleeper.Route);
    }

    private void WakeForRetention()
    {
        var now = _storage.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var sleeper in _asleep.Values.Where(sleeper => sleeper.Log.IsRetentionDue(sleeper.Settings, now)))
        {
            sleeper.Route.Tell(ApplyRetention.Instance, Self);
        }
    }

    /// <summary>A partition leads: what waited for it goes to it.</summary>
    private void OnAwake(IActorRef actor, PartitionRef route)
    {
        route.Open(actor);
        _fallingAsleep.Remove(actor);
        if (IsCrowded && _settings.IdleTimeout is not null && !route.IsUsed)
        {
            // It was opened because nobody knew its state, and not because somebody needs it.
            _drowsy.Enqueue(actor);
            GoOnFallingAsleep();
        }
    }

    private void OnIdleTick()
    {
        var ticksMin = IsCrowded ? 1 : TicksPerTimeout;
        _drowsy.Clear();
        foreach (var (actor, child) in _children)
        {
            if (MaySleep(child) && child.Route.CountQuietTicks() >= ticksMin && !_fallingAsleep.Contains(actor))
            {
                _drowsy.Enqueue(actor);
            }
        }

        GoOnFallingAsleep();
    }

    private static bool MaySleep(Child child) =>
        child is { IsLeading: true, IsLeaving: false, Closed: null, Assigned: { Move: null, IsCopy: false } } && !TopicNames.IsInternal(child.Name.Topic);

    private bool IsCrowded => _children.Count > _settings.AwakeMax;

    private void GoOnFallingAsleep()
    {
        var closingMax = IsCrowded ? _settings.OpeningMax : Math.Max(1, _settings.OpeningMax / OpeningsPerClosing);
        while (_closedClient is null && _fallingAsleep.Count < closingMax && _drowsy.TryDequeue(out var actor))
        {
            if (_children.TryGetValue(actor, out var child) && MaySleep(child) && !child.Route.IsUsed && !_fallingAsleep.Contains(actor)
                && child.Route.TryClose())
            {
                _fallingAsleep.Add(actor);
                actor.Tell(FallAsleep.Instance);
            }
        }
    }

    private void OnStaysAwake()
    {
        if (_fallingAsleep.Remove(Sender) && _children.TryGetValue(Sender, out var child))
        {
            child.Route.Open(Sender);
            GoOnFallingAsleep();
        }
    }

    private void OnLogClosed(LogClosed closed)
    {
        if (_children.TryGetValue(Sender, out var child))
        {
            _children[Sender] = child with { Closed = closed.Log };
        }
    }

    /// <summary>The actor is gone, the log is as it should be.</summary>
    private void OnLogClosed(Child child, SleepingLog log)
    {
        if (child.IsLeaving)
        {
            DeleteFolder(child.Name, child.TopicId);
            return;
        }

        var sleeper = new Sleeper(child.Name, child.TopicId, child.Settings, child.Assigned, child.Route, log);
        _asleep.Add(child.Name, sleeper);
        if (_closedClient is not null)
        {
            child.Route.End();
        }
        else if (!child.Route.TryFallAsleep(log) || child.Assigned.Move is not null)
        {
            Wake(sleeper);
        }
    }

    private void WriteBook()
    {
        if (_settings.IdleTimeout is null)
        {
            return;
        }

        try
        {
            var asleep = _asleep.Values.Where(sleeper => !TopicNames.IsInternal(sleeper.Name.Topic));
            SleepBook.Write(_storage, [.. asleep.Select(sleeper => (sleeper.TopicId, sleeper.Name.Partition, sleeper.Log))]);
        }
        catch (LogIOException cause)
        {
            _log.Warning("Which partitions are closed could not be noted, the next start opens all: {0}", cause.Message);
        }
    }

    /// <summary>A partition without an actor.</summary>
    private sealed record Sleeper(TopicPartition Name, Guid TopicId, TopicSettings Settings, Assign Assigned, PartitionRef Route, SleepingLog Log);
}
