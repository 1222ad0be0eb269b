using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>Whom an actor watches and who watches it. Owner: the actor's thread.</summary>
internal sealed class DeathWatch(ActorCell cell)
{
    private Dictionary<IActorRef, object?>? _watching;
    private Dictionary<IActorRef, object?>? _terminatedQueued;
    private HashSet<IActorRef>? _watchedBy;

    /// <param name="subject">Whom.</param>
    /// <param name="message">Comes instead of <see cref="Terminated"/>; null for that.</param>
    public IActorRef Watch(IActorRef subject, object? message)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (subject.Equals(cell.Self))
        {
            return subject;
        }

        _watching ??= [];
        if (!_watching.TryGetValue(subject, out var before))
        {
            var watchee = (IInternalActorRef)subject;
            _watching.Add(subject, message);
            watchee.SendSystemMessage(new Watch(watchee, (IInternalActorRef)cell.Self));
        }
        else if (!Equals(before, message))
        {
            throw new InvalidOperationException(
                $"Watch({cell.Self}, {subject}) termination message was not overwritten from [{before ?? "Terminated"}] to "
                + $"[{message ?? "Terminated"}]. If this was intended, unwatch first before using Watch / WatchWith with another message.");
        }

        return subject;
    }

    public IActorRef Unwatch(IActorRef subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (_watching is not null && _watching.Remove(subject))
        {
            var watchee = (IInternalActorRef)subject;
            watchee.SendSystemMessage(new Unwatch(watchee, (IInternalActorRef)cell.Self));
        }

        _terminatedQueued?.Remove(subject);
        return subject;
    }

    /// <summary>Takes the notice that waited in the mailbox; false when the actor has unwatched since.</summary>
    /// <param name="terminated">The notice.</param>
    /// <param name="instead">The message that the actor wants instead; null for the notice itself.</param>
    public bool TryTakeTerminated(Terminated terminated, out object? instead)
    {
        instead = null;
        return _terminatedQueued is not null && _terminatedQueued.Remove(terminated.ActorRef, out instead);
    }

    /// <summary>A watched actor has stopped.</summary>
    public void OnTerminated(IActorRef actor, bool existenceConfirmed, bool addressTerminated)
    {
        if (_watching is null || !TryRemoveWatching(actor, out var message) || cell.IsTerminating)
        {
            return;
        }

        (_terminatedQueued ??= [])[actor] = message;
        cell.Self.Tell(new Terminated(actor, existenceConfirmed, addressTerminated), actor);
    }

    /// <summary>A reference made from a bare path has no incarnation, the notice of its end has one.</summary>
    private bool TryRemoveWatching(IActorRef actor, out object? message)
    {
        if (_watching!.Remove(actor, out message))
        {
            return true;
        }

        if (actor is not IInternalActorRef { IsLocal: false } || actor.Path.Uid == ActorPath.UndefinedUid)
        {
            return false;
        }

        var bare = _watching.Keys.FirstOrDefault(one => one.Path.Uid == ActorPath.UndefinedUid && one.Path.Equals(actor.Path));
        return bare is not null && _watching.Remove(bare, out message);
    }

    public void AddWatcher(IActorRef watchee, IActorRef watcher)
    {
        var isWatchee = watchee.Equals(cell.Self);
        var isWatcher = watcher.Equals(cell.Self);
        if (isWatchee && !isWatcher)
        {
            (_watchedBy ??= []).Add(watcher);
        }
        else if (isWatcher && !isWatchee)
        {
            Watch(watchee, null);
        }
    }

    public void RemoveWatcher(IActorRef watchee, IActorRef watcher)
    {
        var isWatchee = watchee.Equals(cell.Self);
        var isWatcher = watcher.Equals(cell.Self);
        if (isWatchee && !isWatcher)
        {
            _watchedBy?.Remove(watcher);
        }
        else if (isWatcher && !isWatchee)
        {
            Unwatch(watchee);
        }
    }

    /// <summary>The actor has stopped. Its supervisor hears of it in any case, so not from here.</summary>
    public void TellWatchersWeDied()
    {
        var watchers = _watchedBy;
        _watchedBy = null;
        foreach (var watcher in watchers ?? [])
        {
            if (!watcher.Equals(cell.Parent))
            {
                ((IInternalActorRef)watcher).SendSystemMessage(new DeathWatchNotification(cell.Self, true, false));
            }
        }
    }

    public void UnwatchAll()
    {
        var watching = _watching;
        _watching = null;
        _terminatedQueued = null;
        foreach (var watchee in watching?.Keys.Cast<IInternalActorRef>() ?? [])
        {
            watchee.SendSystemMessage(new Unwatch(watchee, (IInternalActorRef)cell.Self));
        }
    }
}
