using ActorBroker.Testing;
using static ActorBroker.Log.Tests.LogFixture;

namespace ActorBroker.Log.Tests.Epochs;

public sealed class EpochHistoryTests
{
    private readonly LogFixture _fixture = new();

    [Theory]
    [InlineData(-1, -1, -1)]
    [InlineData(0, 0, 0)]
    [InlineData(2, 2, 3)]
    [InlineData(3, 2, 3)]
    [InlineData(5, 5, 4)]
    [InlineData(7, 7, 6)]
    [InlineData(8, -1, -1)]
    public void The_end_of_an_epoch_is_where_the_next_one_begins(int requested, int epoch, long end)
    {
        var log = WithEpochs(2, 2, 2, 5, 7, 7);
        Assert.Equal(new EpochEnd(new LeaderEpoch(epoch), new Offset(end)), log.EndOfEpoch(new LeaderEpoch(requested)));
    }

    [Fact]
    public void An_empty_log_knows_no_epoch()
    {
        var log = _fixture.Open();
        Assert.Equal(new EpochEnd(LeaderEpoch.None, Offset.None), log.EndOfEpoch(Epoch(0)));
        Assert.Equal((LeaderEpoch.None, LeaderEpoch.None), (log.LastEpoch, log.EpochAt(At(0))));
    }

    [Fact]
    public void Truncation_forgets_later_epochs_durably()
    {
        var log = WithEpochs(1, 1, 2, 3);
        log.TruncateTo(At(2));
        log.Dispose();
        _fixture.Crash(CrashKind.LoseUnflushed);

        log = _fixture.Open();

        Assert.Equal((Epoch(1), At(2)), (log.LastEpoch, log.Offsets.End));
        Assert.Equal(new EpochEnd(Epoch(1), At(2)), log.EndOfEpoch(Epoch(1)));
        log.Append(Hundred(2), Epoch(4));
        Assert.Equal(new EpochEnd(Epoch(1), At(2)), log.EndOfEpoch(Epoch(3)));
    }

    [Fact]
    public void Moving_the_start_lifts_the_epoch_that_covers_it()
    {
        var log = WithEpochs(1, 2, 2, 2, 3);
        log.Offsets.Committed(At(5));

        log.DeleteBefore(At(2));

        Assert.Equal(new EpochEnd(Epoch(1), At(2)), log.EndOfEpoch(Epoch(1)));
        Assert.Equal(new EpochEnd(Epoch(2), At(4)), log.EndOfEpoch(Epoch(2)));
        Assert.Equal((LeaderEpoch.None, Epoch(2), Epoch(3)), (log.EpochAt(At(1)), log.EpochAt(At(3)), log.EpochAt(At(4))));
    }

    [Fact]
    public void Epochs_not_yet_in_the_file_are_found_in_the_batches()
    {
        var log = WithEpochs(1, 2, 2, 3);
        log.Dispose();
        _fixture.Crash();

        log = _fixture.Open();

        Assert.Equal(Epoch(3), log.LastEpoch);
        Assert.Equal(new EpochEnd(Epoch(2), At(3)), log.EndOfEpoch(Epoch(2)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1\n0\n")]
    [InlineData("0\n2\n1 0\n")]
    [InlineData("0\n2\n1 0\n1 5\n")]
    [InlineData("0\n2\n1 5\n2 4\n")]
    [InlineData("0\n1\n1 -5\n")]
    [InlineData("0\n1\n9999999999 5\n")]
    [InlineData("0\n1\n1 5 6\n")]
    [InlineData("0\n1\n1 5")]
    public void A_file_that_we_did_not_write_is_not_believed(string text)
    {
        var disk = new MemoryDisk();
        var history = new EpochHistory(disk, "/p");
        disk.Replace(history.FilePath, System.Text.Encoding.ASCII.GetBytes(text));

        Assert.False(history.TryLoad());
        Assert.Equal(0, history.Count);
    }

    private PartitionLog WithEpochs(params int[] epochs)
    {
        var log = _fixture.Open();
        for (var i = 0; i < epochs.Length; i++) log.Append(Hundred(i), Epoch(epochs[i]));
        return log;
    }
}
