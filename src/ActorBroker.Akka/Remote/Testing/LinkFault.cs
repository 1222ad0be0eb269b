namespace Akka.Remote.Testing;

/// <summary>What is wrong with one direction of the way to another system. Thread-safe.</summary>
internal sealed class LinkFault
{
    private TaskCompletionSource? _blackhole;
    private long _delayTicks;

    /// <summary>Whole frames disappear; connections stay, and new ones are never answered.</summary>
    public bool IsBlackhole => Volatile.Read(ref _blackhole) is not null;

    /// <summary>How long what comes is held up; zero when it is not.</summary>
    public TimeSpan Delay => TimeSpan.FromTicks(Volatile.Read(ref _delayTicks));

    public bool IsFaulty => IsBlackhole || Delay > TimeSpan.Zero;

    /// <summary>Ends when frames pass again; at once when they do.</summary>
    public Task Passing => Volatile.Read(ref _blackhole)?.Task ?? Task.CompletedTask;

    public void Blackhole() =>
        Interlocked.CompareExchange(ref _blackhole, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null);

    public void HoldUp(TimeSpan delay) => Volatile.Write(ref _delayTicks, delay.Ticks);

    /// <summary>Frames pass again, at once.</summary>
    public void PassThrough()
    {
        HoldUp(TimeSpan.Zero);
        Interlocked.Exchange(ref _blackhole, null)?.TrySetResult();
    }
}

/// <summary>Both directions of the way to one system.</summary>
internal sealed class PeerFaults
{
    public LinkFault Send { get; } = new();

    public LinkFault Receive { get; } = new();
}
