namespace ActorBroker.Raft.Tests;

public sealed class EpochHistoryTests
{
    // epochs:   1 1 1 4 4 5 5 6 6 6
    // offsets:  0 1 2 3 4 5 6 7 8 9
    private static EpochHistory Figure7() => new([new(1, 0), new(4, 3), new(5, 5), new(6, 7)]);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 4)]
    [InlineData(9, 6)]
    [InlineData(100, 6)]
    public void The_epoch_of_a_record_is_that_of_the_last_start_before_it(long offset, int epoch) =>
        Assert.Equal(epoch, Figure7().EpochAt(offset));

    [Fact]
    public void There_is_no_record_before_offset_0() => Assert.Equal(EpochHistory.None, Figure7().EpochBefore(0));

    [Theory]
    [InlineData(6, 10, 6, 10)]
    [InlineData(5, 10, 5, 7)]
    [InlineData(3, 10, 1, 3)]
    [InlineData(0, 10, EpochHistory.None, 0)]
    [InlineData(9, 10, 6, 10)]
    [InlineData(6, 6, 5, 6)]
    [InlineData(4, 4, 4, 4)]
    [InlineData(2, 4, 1, 3)]
    public void The_end_of_an_epoch_is_where_the_next_one_starts_or_the_records_looked_at_end(int epoch, long end, int expected, long expectedEnd) =>
        Assert.Equal(new EpochEnd(expected, expectedEnd), Figure7().EndOf(epoch, end));

    [Fact]
    public void Truncation_forgets_epochs_that_have_no_record_left()
    {
        var history = Figure7();

        history.TruncateTo(5);

        Assert.Equal(4, history.LastEpoch);
        history.Append(7, 5);
        Assert.Equal(7, history.EpochAt(5));
    }

    [Fact]
    public void A_moved_start_keeps_the_epoch_of_the_record_before_it()
    {
        var history = Figure7();

        history.DropBefore(5);

        Assert.Equal(4, history.EpochBefore(5));
        Assert.Equal(EpochHistory.None, history.EpochAt(2));
    }

    [Fact]
    public void Records_of_the_last_epoch_add_no_entry()
    {
        var history = Figure7();

        history.Append(6, 10);

        Assert.Equal(4, history.Count);
    }

    [Fact]
    public void An_epoch_that_goes_back_is_a_bug() => Assert.Throws<InvariantException>(() => Figure7().Append(5, 10));

    [Fact]
    public void A_history_out_of_order_is_refused() =>
        Assert.Throws<InvariantException>(() => new EpochHistory([new(1, 0), new(2, 0)]));

    /// <summary>Each round trip of two histories passes an epoch, so logs that differ in many epochs agree soon.</summary>
    [Fact]
    public void Two_logs_find_where_they_part()
    {
        var random = new Random(1);
        for (var i = 0; i < 2_000; i++)
        {
            var common = random.Next(0, 6);
            var (left, right) = (Log(random, common, i), Log(random, common, i));
            var agreed = Agree(left, right, out var rounds);

            Assert.Equal(EndOfSame(left, right), agreed);
            Assert.InRange(rounds, 0, 12);
        }
    }

    /// <summary>Records of a common beginning, then of odd epochs on one side and any on the other.</summary>
    private static int[] Log(Random random, int common, int seed)
    {
        var same = new Random(seed);
        var epochs = new List<int>();
        for (var i = 0; i < common; i++) epochs.Add((epochs.Count == 0 ? 1 : epochs[^1]) + same.Next(2));
        for (var i = random.Next(0, 10); i > 0; i--) epochs.Add((epochs.Count == 0 ? 1 : epochs[^1]) + random.Next(3));
        return [.. epochs];
    }

    private static EpochHistory HistoryOf(int[] epochs)
    {
        var history = new EpochHistory([]);
        for (var i = 0; i < epochs.Length; i++) history.Append(epochs[i], i);
        return history;
    }

    /// <summary>As if an epoch and an offset always meant the same record.</summary>
    private static long EndOfSame(int[] left, int[] right)
    {
        var end = Math.Min(left.Length, right.Length);
        while (end > 0 && left[end - 1] != right[end - 1]) end--;
        return end;
    }

    private static long Agree(int[] leader, int[] follower, out int rounds)
    {
        var (mine, theirs) = (HistoryOf(leader), HistoryOf(follower));
        long next = leader.Length;
        for (rounds = 0; next > follower.Length || theirs.EpochBefore(next) != mine.EpochBefore(next); rounds++)
        {
            var hint = theirs.EndOf(mine.EpochBefore(next), Math.Min(next, follower.Length)).EndOffset;
            next = Math.Min(hint, mine.EndOf(theirs.EpochBefore(hint), next).EndOffset);
        }

        return next;
    }
}
