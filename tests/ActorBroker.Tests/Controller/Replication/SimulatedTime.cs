namespace ActorBroker.Tests.Controller.Replication;

/// <summary>Virtual time: what is to happen, in order.</summary>
internal sealed class SimulatedTime : TimeProvider
{
    private readonly PriorityQueue<Action, (long Time, long Order)> _events = new();
    private long _order;

    /// <summary>Milliseconds since the beginning.</summary>
    public long Now { get; private set; }

    public void After(long milliseconds, Action action) => _events.Enqueue(action, (Now + milliseconds, _order++));

    public void RunUntil(long time)
    {
        while (_events.TryPeek(out var next, out var at) && at.Time <= time)
        {
            _events.Dequeue();
            Now = at.Time;
            next();
        }

        Now = time;
    }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000 + Now);
}
