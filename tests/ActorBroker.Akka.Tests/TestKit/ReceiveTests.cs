using System.Collections;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Xunit.Sdk;

namespace AkkaSpecs;

public sealed class ReceiveTests : TestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    public ReceiveTests()
        : base("akka.test.single-expect-default = 2s")
    {
    }

    private void TellAll(params object[] messages)
    {
        foreach (var message in messages)
        {
            TestActor.Tell(message);
        }
    }

    [Fact]
    public void FishForMessage_drops_what_comes_before()
    {
        TellAll(1, "x", 2, "y", "z");

        Assert.Equal("y", FishForMessage<string>(s => s == "y"));
        ExpectMsg("z");
    }

    [Fact]
    public void FishForMessage_can_keep_what_it_passed()
    {
        TellAll(1, "x", 2, "y");
        var passed = new ArrayList { "old" };

        FishForMessage<string>(s => s == "y", passed);

        Assert.Equal(new object[] { 1, "x", 2 }, passed.ToArray());
    }

    [Fact]
    public void FishForMessage_fails_when_its_message_never_comes()
    {
        TellAll(1, 2, 3);

        var failure = Assert.ThrowsAny<XunitException>(() => FishForMessage(m => m is string, Short, "a word"));

        Assert.Contains("a word", failure.Message);
    }

    [Fact]
    public async Task FishUntilMessage_fails_on_the_unwanted_type_only()
    {
        TellAll(1, 2);
        await FishUntilMessageAsync<string>(Short);
        TellAll(1, "unwanted");

        await Assert.ThrowsAnyAsync<XunitException>(() => FishUntilMessageAsync<string>(Short));
    }

    [Fact]
    public void ReceiveOne_is_null_after_its_time()
    {
        TellAll("a");

        Assert.Equal("a", ReceiveOne(Short));
        Assert.Null(ReceiveOne(TimeSpan.Zero));
        Assert.False(TryReceiveOne(out _, Short));
    }

    [Fact]
    public void PeekOne_leaves_the_message()
    {
        TellAll("a");

        Assert.Equal("a", PeekOne(Short));
        Assert.True(HasMessages);
        Assert.Equal("a", ReceiveOne(Short));
        Assert.False(HasMessages);
    }

    [Fact]
    public void ReceiveN_takes_that_many_or_fails()
    {
        TellAll(1, 2, 3);

        Assert.Equal(new object[] { 1, 2 }, ReceiveN(2));
        var failure = Assert.ThrowsAny<XunitException>(() => ReceiveN(2, Short));
        Assert.Contains("Only got 1", failure.Message);
    }

    [Fact]
    public void ReceiveWhile_leaves_the_first_that_is_not_wanted()
    {
        TellAll(1, 2, "stop", 3);

        Assert.Equal([1, 2], ReceiveWhile<object>(TimeSpan.FromSeconds(1), m => m is int ? m : null!));
        ExpectMsg("stop");
    }

    [Fact]
    public void ReceiveWhile_ends_at_a_pause_a_count_or_its_time()
    {
        TellAll(1, 2, 3);

        Assert.Equal([1], ReceiveWhile<int>(n => true, msgs: 1));
        Assert.Equal([2, 3], ReceiveWhile<int>(n => true, idle: Short, max: TimeSpan.FromSeconds(30)));
        Assert.Empty(ReceiveWhile<int>(n => true, max: Short));
    }

    [Fact]
    public void ReceiveWhile_of_a_type_passes_over_others_unless_told_not_to()
    {
        TellAll(1, "x", 2);
        Assert.Equal([1, 2], ReceiveWhile<int>(n => true, max: Short));
        TellAll(1, "x", 2);

        Assert.Equal([1], ReceiveWhile<int>(n => true, max: Short, shouldIgnoreOtherMessageTypes: false));
    }

    [Fact]
    public void IgnoreMessages_drops_until_IgnoreNoMessages()
    {
        IgnoreMessages<string>(s => s.StartsWith('#'));
        TellAll("#1", "a");
        ExpectMsg("a");

        IgnoreNoMessages();
        TellAll("#2");

        ExpectMsg("#2");
    }

    [Fact]
    public async Task WaitForRadioSilence_takes_everything_until_it_is_quiet()
    {
        TellAll(1, 2, 3);

        var heard = await WaitForRadioSilenceAsync(Short);

        Assert.Equal(3, heard.Count);
    }
}
