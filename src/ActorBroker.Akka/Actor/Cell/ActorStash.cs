using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>The stash of one actor. Owner: the actor's thread.</summary>
internal sealed class ActorStash : IStash
{
    private readonly ActorCell _cell;
    private readonly IDequeBasedMessageQueueSemantics _mailbox;
    private LinkedList<Envelope> _stashed = new();
    private long _lastStashedAt = -1;

    /// <exception cref="NotSupportedException">The actor's mailbox does not take messages back.</exception>
    public ActorStash(ActorCell cell)
    {
        _cell = cell;
        _mailbox = cell.Mailbox.MessageQueue as IDequeBasedMessageQueueSemantics
            ?? throw new NotSupportedException(
                $"DequeBasedMailbox required, got: {cell.Mailbox.MessageQueue.GetType()}. An IActorStash needs a mailbox "
                + "that takes messages back, for example akka.actor.mailbox.unbounded-deque-based.");
        var fromProps = cell.Props.Deploy.StashCapacity;
        Capacity = fromProps > Deploy.NoStashSize
            ? fromProps
            : cell.SystemImpl.Mailboxes.StashCapacity(cell.Props.Dispatcher, cell.Props.Mailbox);
    }

    public int Count => _stashed.Count;

    public int Capacity { get; }

    public bool IsEmpty => _stashed.Count == 0;

    public bool NonEmpty => _stashed.Count > 0;

    public bool IsFull => Capacity >= 0 && _stashed.Count >= Capacity;

    public void Stash()
    {
        var current = _cell.CurrentEnvelope;
        if (current.Message is null)
        {
            throw new IllegalActorStateException("There is no current message that could be stashed.");
        }

        if (_lastStashedAt == _cell.MessageNumber)
        {
            throw new IllegalActorStateException($"Can't stash the same message {current} more than once");
        }

        if (IsFull)
        {
            throw new StashOverflowException($"Couldn't enqueue message {current} to stash of {_cell.Self}: it holds {Capacity} messages.");
        }

        _lastStashedAt = _cell.MessageNumber;
        _stashed.AddLast(current);
    }

    public void Unstash()
    {
        if (_stashed.First is { } oldest)
        {
            _stashed.RemoveFirst();
            _mailbox.EnqueueFirst(oldest.Value);
        }
    }

    public void UnstashAll() => UnstashAll(_ => true);

    public void UnstashAll(Func<Envelope, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        var all = _stashed;
        _stashed = new LinkedList<Envelope>();
        for (var node = all.Last; node is not null; node = node.Previous)
        {
            if (predicate(node.Value))
            {
                _mailbox.EnqueueFirst(node.Value);
            }
        }
    }

    public IEnumerable<Envelope> ClearStash()
    {
        var all = _stashed;
        _stashed = new LinkedList<Envelope>();
        return all;
    }

    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        ArgumentNullException.ThrowIfNull(envelopes);
        foreach (var envelope in envelopes.Reverse())
        {
            _stashed.AddFirst(envelope);
        }
    }
}
