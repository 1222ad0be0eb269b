using ActorBroker.Client.Producing;

namespace ActorBroker.Client.Tests.Producing;

public sealed class BufferBudgetTests
{
    private readonly BufferBudget _budget = new(100);

    [Fact]
    public async Task Who_waits_goes_first_and_in_line()
    {
        Assert.True(_budget.TryTake(80));
        var first = _budget.TakeAsync(60, CancellationToken.None);
        var second = _budget.TakeAsync(10, CancellationToken.None);

        Assert.False(_budget.TryTake(1));
        Assert.False(first.IsCompleted || second.IsCompleted);
        _budget.Give(80);
        await Task.WhenAll(first, second);

        Assert.Equal(70, _budget.Taken);
        Assert.True(_budget.TryTake(30));
        Assert.False(_budget.TryTake(1));
        Assert.Equal(100, _budget.Taken);
    }

    [Fact]
    public async Task Who_gives_up_lets_the_next_one_through()
    {
        Assert.True(_budget.TryTake(80));
        using var cancel = new CancellationTokenSource();
        var large = _budget.TakeAsync(60, cancel.Token);
        var small = _budget.TakeAsync(10, CancellationToken.None);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        await small;
        Assert.Equal(90, _budget.Taken);
    }

    [Fact]
    public async Task From_many_threads_it_never_gives_more_than_it_has()
    {
        var held = 0L;
        var most = 0L;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 2000; i++)
            {
                var count = 1 + (((i * 31) + worker) % 60);
                if (!_budget.TryTake(count))
                {
                    await _budget.TakeAsync(count, CancellationToken.None);
                }

                var now = Interlocked.Add(ref held, count);
                for (var seen = Volatile.Read(ref most); now > seen; seen = Volatile.Read(ref most))
                {
                    Interlocked.CompareExchange(ref most, now, seen);
                }

                Interlocked.Add(ref held, -count);
                _budget.Give(count);
            }
        }))).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.InRange(most, 1, 100);
        Assert.Equal(0, _budget.Taken);
    }
}
