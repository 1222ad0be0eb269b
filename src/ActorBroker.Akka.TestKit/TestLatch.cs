namespace Akka.TestKit;

/// <summary>A count-down latch whose waits always end: at a timeout with an exception.</summary>
public class TestLatch
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    private readonly CountdownEvent _latch;
    private readonly Func<TimeSpan, TimeSpan> _dilate;
    private readonly TimeSpan _defaultTimeout;

    public TestLatch()
        : this(1)
    {
    }

    public TestLatch(int count)
        : this(count, DefaultTimeout)
    {
    }

    public TestLatch(int count, TimeSpan defaultTimeout)
        : this(duration => duration, count, defaultTimeout)
    {
    }

    public TestLatch(Func<TimeSpan, TimeSpan> dilate, int count, TimeSpan defaultTimeout)
    {
        _latch = new CountdownEvent(count);
        _dilate = dilate;
        _defaultTimeout = defaultTimeout;
    }

    public bool IsOpen => _latch.CurrentCount == 0;

    /// <summary>Counts down once; nothing when it is open.</summary>
    public void CountDown()
    {
        if (!_latch.IsSet)
        {
            _latch.Signal();
        }
    }

    /// <summary>Opens it, whatever the count.</summary>
    public void Open()
    {
        while (!IsOpen)
        {
            CountDown();
        }
    }

    /// <summary>Closes it with the count it had at first.</summary>
    public void Reset() => _latch.Reset();

    /// <exception cref="TimeoutException">Not open within <paramref name="timeout"/>, dilated.</exception>
    public void Ready(TimeSpan timeout)
    {
        if (timeout == TimeSpan.MaxValue)
        {
            throw new ArgumentException($"TestLatch does not support waiting for {timeout}", nameof(timeout));
        }

        if (!_latch.Wait(_dilate(timeout)))
        {
            throw new TimeoutException($"Timeout of {_dilate(timeout)}");
        }
    }

    public void Ready() => Ready(_defaultTimeout);

    public void Result(TimeSpan atMost) => Ready(atMost);
}
