namespace Akka.TestKit;

/// <summary>A barrier whose waits always end: at a timeout with an exception.</summary>
public class TestBarrier
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    private readonly TestKitBase _testKit;
    private readonly int _count;
    private readonly TimeSpan _defaultTimeout;
    private readonly Barrier _barrier;

    public TestBarrier(TestKitBase testKit, int count, TimeSpan? defaultTimeout = null)
    {
        _testKit = testKit;
        _count = count;
        _defaultTimeout = defaultTimeout ?? testKit.TestKitSettings.DefaultTimeout;
        _barrier = new Barrier(count);
    }

    public void Await() => Await(_defaultTimeout);

    /// <exception cref="TimeoutException">Not all were there within <paramref name="timeout"/>, dilated.</exception>
    public void Await(TimeSpan timeout)
    {
        var dilated = _testKit.Dilated(timeout);
        if (!_barrier.SignalAndWait(dilated))
        {
            throw new TimeoutException($"Timeout of {dilated} while waiting for {_count} at the barrier");
        }
    }

    public void Reset()
    {
        _barrier.RemoveParticipants(_count);
        _barrier.AddParticipants(_count);
    }
}
