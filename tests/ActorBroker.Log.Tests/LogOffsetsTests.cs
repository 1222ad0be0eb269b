using static ActorBroker.Log.Tests.LogFixture;

namespace ActorBroker.Log.Tests;

public sealed class LogOffsetsTests
{
    [Fact]
    public void Positions_move_in_their_order()
    {
        var offsets = new LogOffsets(At(5), At(7), At(10));
        Assert.Equal((At(5), At(5), At(7), At(10)), (offsets.Start, offsets.HighWatermark, offsets.Flushed, offsets.End));
        offsets.AppendedTo(At(20));
        offsets.Committed(At(12));
        offsets.Committed(At(12));
        offsets.FlushedTo(At(18));
        offsets.FlushedTo(At(11));
        offsets.StartMovedTo(At(8));
        offsets.TruncatedTo(At(15));
        Assert.Equal((At(8), At(12), At(15), At(15)), (offsets.Start, offsets.HighWatermark, offsets.Flushed, offsets.End));
        offsets.StartedOverAt(At(30));
        Assert.Equal((At(30), At(30), At(30), At(30)), (offsets.Start, offsets.HighWatermark, offsets.Flushed, offsets.End));
    }

    [Fact]
    public void No_position_moves_past_another()
    {
        var offsets = new LogOffsets(At(5), At(5), At(10));
        offsets.Committed(At(8));

        Assert.Throws<InvariantException>(() => offsets.Committed(At(7)));
        Assert.Throws<InvariantException>(() => offsets.Committed(At(11)));
        offsets = new LogOffsets(At(5), At(5), At(10));
        offsets.Committed(At(8));
        Assert.Throws<InvariantException>(() => offsets.AppendedTo(At(10)));
        Assert.Throws<InvariantException>(() => offsets.FlushedTo(At(11)));
        offsets = new LogOffsets(At(5), At(5), At(10));
        offsets.Committed(At(8));
        Assert.Throws<InvariantException>(() => offsets.TruncatedTo(At(7)));
        Assert.Throws<InvariantException>(() => offsets.StartMovedTo(At(9)));
        Assert.Throws<InvariantException>(() => offsets.StartMovedTo(At(5)));
        Assert.Throws<InvariantException>(() => offsets.StartedOverAt(At(4)));
        Assert.Throws<InvariantException>(() => new LogOffsets(At(5), At(5), At(4)));
    }

    [Fact]
    public void Settings_out_of_bounds_are_refused_by_name()
    {
        Assert.Equal("SegmentBytes", Assert.Throws<ArgumentOutOfRangeException>(() => Small with { SegmentBytes = 60 }).ParamName);
        Assert.Equal("SegmentAge", Assert.Throws<ArgumentOutOfRangeException>(() => Small with { SegmentAge = TimeSpan.Zero }).ParamName);
        Assert.Equal("IndexIntervalBytes", Assert.Throws<ArgumentOutOfRangeException>(() => Small with { IndexIntervalBytes = -1 }).ParamName);
        Assert.Equal("BatchBytesMax", Assert.Throws<ArgumentOutOfRangeException>(() => Small with { BatchBytesMax = 0 }).ParamName);
        Assert.Equal("ProducerExpiry", Assert.Throws<ArgumentOutOfRangeException>(() => Small with { ProducerExpiry = TimeSpan.Zero }).ParamName);
        Assert.Equal((1 << 30, 4096, (1 << 20) + 12), (LogSettings.Default.SegmentBytes, LogSettings.Default.IndexIntervalBytes, LogSettings.Default.BatchBytesMax));
    }
}
