using ActorBroker.Testing;
using static ActorBroker.Log.Tests.LogFixture;

namespace ActorBroker.Log.Tests;

public sealed class PartitionLogFlushTests
{
    private readonly LogFixture _fixture = new() { Settings = Small with { SegmentBytes = 500 } };

    [Fact]
    public void A_flush_covers_every_segment_written_to_and_survives_a_power_loss()
    {
        var log = _fixture.Written(12, flush: false);

        log.Flush();
        log.Append(Hundred(12), Epoch(1));
        Assert.Equal((At(12), At(13)), (log.Offsets.Flushed, log.Offsets.End));
        log.Dispose();
        _fixture.Crash(CrashKind.LoseUnflushed);

        Assert.Equal(At(12), _fixture.Open().Offsets.End);
    }

    [Fact]
    public void A_flush_on_another_thread_covers_what_was_written_before_it_began()
    {
        var log = _fixture.Written(3, flush: false);
        var ticket = log.BeginFlush();
        log.Append(Hundred(3), Epoch(1));
        var thread = new Thread(ticket.Run);
        thread.Start();
        thread.Join();

        Assert.Equal(At(0), log.Offsets.Flushed);
        log.CompleteFlush(ticket);

        Assert.Equal((At(3), At(3)), (ticket.End, log.Offsets.Flushed));
    }

    [Fact]
    public void A_flush_runs_on_while_the_log_is_closed_under_it()
    {
        var log = _fixture.Written(3, flush: false);
        var ticket = log.BeginFlush();
        log.Dispose();

        ticket.Run();

        _fixture.Crash(CrashKind.LoseUnflushed);
        Assert.Equal(At(3), _fixture.Open().Offsets.End);
    }

    [Fact]
    public void A_flush_runs_on_while_its_segments_are_deleted()
    {
        var log = _fixture.Written(12, flush: false);
        var ticket = log.BeginFlush();
        log.Offsets.Committed(At(12));
        log.DeleteBefore(At(11));

        ticket.Run();
        log.CompleteFlush(ticket);

        Assert.Equal((At(12), 1), (log.Offsets.Flushed, log.SegmentCount));
        Assert.DoesNotContain(_fixture.Disk.ListFiles(Folder), name => name.StartsWith(LogName(0)[..20], StringComparison.Ordinal));
    }

    [Fact]
    public void A_flush_from_before_a_truncation_says_nothing_about_what_was_written_after_it()
    {
        var log = _fixture.Written(4, flush: false);
        var ticket = log.BeginFlush();
        ticket.Run();
        log.TruncateTo(At(2));
        log.Append(Hundred(2), Epoch(1));
        log.Append(Hundred(3), Epoch(1));

        log.CompleteFlush(ticket);

        Assert.Equal((At(0), At(4)), (log.Offsets.Flushed, log.Offsets.End));
    }

    [Fact]
    public void Two_flushes_under_way_may_complete_in_either_order()
    {
        var log = _fixture.Written(6, flush: false);
        var first = log.BeginFlush();
        log.Append(Hundred(6), Epoch(1));
        var second = log.BeginFlush();
        second.Run();
        log.CompleteFlush(second);
        Assert.Equal(At(7), log.Offsets.Flushed);
        first.Run();
        log.CompleteFlush(first);

        Assert.Equal(At(7), log.Offsets.Flushed);
        log.Dispose();
        _fixture.Crash(CrashKind.LoseUnflushed);
        Assert.Equal(At(7), _fixture.Open().Offsets.End);
    }

    [Theory, InlineData(DiskOperation.Flush), InlineData(DiskOperation.FlushFolder)]
    public void After_a_failed_flush_nothing_is_believed(DiskOperation operation)
    {
        var log = _fixture.Written(6, flush: false);
        _fixture.Disk.Fail(operation);
        var ticket = log.BeginFlush();

        Assert.Throws<LogIOException>(ticket.Run);

        Assert.Contains("injected fault", Assert.Throws<LogIOException>(() => log.CompleteFlush(ticket)).Message);
        Assert.Throws<LogIOException>(() => log.Append(Hundred(6), Epoch(1)));
        Assert.Throws<LogIOException>(log.BeginFlush);
        Assert.False(log.HasFailedToAppend);
        Assert.Throws<LogIOException>(() => log.Read(At(0), At(6), 100, firstBatchWhole: true));
        Assert.Equal(At(0), log.Offsets.Flushed);
    }

    [Fact]
    public void A_ticket_runs_once_and_completes_only_after_it_ran()
    {
        var log = _fixture.Written(1, flush: false);
        var ticket = log.BeginFlush();
        Assert.Throws<InvariantException>(() => log.CompleteFlush(ticket));
        ticket.Run();
        Assert.Throws<InvariantException>(ticket.Run);
    }

    [Fact]
    public void A_flush_with_nothing_to_do_touches_nothing()
    {
        var log = _fixture.Written(3);
        var before = _fixture.Disk.Calls[DiskOperation.Flush];

        log.Flush();

        Assert.Equal(before, _fixture.Disk.Calls[DiskOperation.Flush]);
    }
}
