using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Dispatch.MessageQueues;

/// <summary>A queue with room for a number of messages. A sender that finds it full waits, then its message is a dead letter.</summary>
public class BoundedMessageQueue : IMessageQueue, IBoundedMessageQueueSemantics
{
    private readonly EnvelopeQueue _queue = new();
    private readonly object _room = new();   // waited on with Monitor
    private readonly int _capacity;
    private int _taken;

    public BoundedMessageQueue(Config config)
        : this(BoundedMailboxSettings.Capacity(config), BoundedMailboxSettings.PushTimeout(config))
    {
    }

    /// <param name="boundedCapacity">At least 1.</param>
    /// <param name="pushTimeOut">Zero: do not wait. Negative: wait as long as it takes.</param>
    public BoundedMessageQueue(int boundedCapacity, TimeSpan pushTimeOut)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(boundedCapacity);
        _capacity = boundedCapacity;
        PushTimeOut = pushTimeOut;
    }

    public TimeSpan PushTimeOut { get; set; }

    public bool HasMessages => !_queue.IsEmpty;

    public int Count => _queue.Count;

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        if (!TryTakePlace())
        {
            var deadLetters = ((IInternalActorRef)receiver).Provider.DeadLetters;
            deadLetters.Tell(new DeadLetter(envelope.Message, envelope.Sender ?? deadLetters, receiver), envelope.Sender);
            return;
        }

        _queue.Enqueue(envelope);
    }

    public bool TryDequeue(out Envelope envelope)
    {
        if (!_queue.TryDequeue(out envelope))
        {
            return false;
        }

        FreePlace();
        return true;
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        ArgumentNullException.ThrowIfNull(deadletters);
        while (TryDequeue(out var envelope))
        {
            deadletters.Enqueue(owner, envelope);
        }
    }

    private bool TryTakePlace()
    {
        lock (_room)
        {
            if (_taken >= _capacity && !WaitForPlace())
            {
                return false;
            }

            _taken++;
            return true;
        }
    }

    private bool WaitForPlace()
    {
        if (PushTimeOut < TimeSpan.Zero)
        {
            while (_taken >= _capacity)
            {
                Monitor.Wait(_room);
            }

            return true;
        }

        var start = Stopwatch.GetTimestamp();
        while (_taken >= _capacity)
        {
            var rest = PushTimeOut - Stopwatch.GetElapsedTime(start);
            if (rest <= TimeSpan.Zero || !Monitor.Wait(_room, rest))
            {
                return _taken < _capacity;
            }
        }

        return true;
    }

    private void FreePlace()
    {
        lock (_room)
        {
            _taken--;
            Monitor.Pulse(_room);
        }
    }
}
