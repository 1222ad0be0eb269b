using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Xunit2;
using Xunit.Sdk;

namespace AkkaSpecs;

public sealed class EventFilterTests() : TestKit("akka.loglevel = DEBUG\n akka.test.filter-leeway = 2s")
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void Each_level_has_a_filter_by_message_start_part_and_pattern()
    {
        EventFilter.Debug("whole text").ExpectOne(() => Log.Debug("whole text"));
        EventFilter.Info(start: "whole").ExpectOne(() => Log.Info("whole {0}", "text"));
        EventFilter.Warning(contains: "le te").ExpectOne(() => Log.Warning("whole text"));
        EventFilter.Error(new Regex("t[aeiou]xt$")).ExpectOne(() => Log.Error("whole text"));
    }

    [Fact]
    public void Too_few_events_fail_the_test()
    {
        var failure = Assert.ThrowsAny<XunitException>(
            () => EventFilter.Info("never").Expect(2, Short, () => Log.Info("never")));

        Assert.Contains("1/2", failure.Message);
    }

    [Fact]
    public void Too_many_events_fail_the_test()
    {
        var failure = Assert.ThrowsAny<XunitException>(() => EventFilter.Info("twice").ExpectOne(() =>
        {
            Log.Info("twice");
            Log.Info("twice");
            Flush();
        }));

        Assert.Contains("too many", failure.Message);
    }

    [Fact]
    public void Expecting_none_waits_for_one_that_must_not_come()
    {
        EventFilter.Info("forbidden").Expect(0, Short, () => Log.Info("allowed"));

        Assert.ThrowsAny<XunitException>(() => EventFilter.Info("forbidden").Expect(0, Short, () =>
        {
            Log.Info("forbidden");
            Flush();
        }));
    }

    [Fact]
    public void An_exception_is_found_by_its_type_and_inside_others()
    {
        EventFilter.Exception<InvalidOperationException>().ExpectOne(
            () => Log.Error(new InvalidOperationException("inner text"), "outer text"));
        EventFilter.Exception<InvalidOperationException>("inner text").ExpectOne(
            () => Log.Error(new InvalidOperationException("inner text"), "outer text"));
        EventFilter.Exception(typeof(TimeoutException), checkInnerExceptions: true).ExpectOne(
            () => Log.Error(new AggregateException(new TimeoutException()), "outer text"));
    }

    [Fact]
    public void Filters_can_be_joined_and_be_custom()
    {
        EventFilter.Info("a").And.Warning("b").Expect(2, () =>
        {
            Log.Info("a");
            Log.Warning("b");
        });
        EventFilter.Custom(e => e.Message.ToString()!.Length == 3).ExpectOne(() => Log.Debug("abc"));
        EventFilter.Custom<Warning>(e => true).ExpectOne(() => Log.Warning("w"));
    }

    [Fact]
    public void The_source_is_a_path_with_or_without_its_address()
    {
        var actor = Sys.ActorOf(AkkaSamples.PongActorProps.Logging, "talker");

        EventFilter.Info("hello", source: "/user/talker").ExpectOne(() => actor.Tell("hello"));
        EventFilter.Info("hello", source: actor.Path.ToString()).ExpectOne(() => actor.Tell("hello"));
        EventFilter.Info("hello", source: "/user/other").Expect(0, Short, () => actor.Tell("hello"));
    }

    [Fact]
    public void A_function_gives_back_its_result_and_mute_lets_nothing_fail()
    {
        Assert.Equal(5, EventFilter.Info("five").ExpectOne(() =>
        {
            Log.Info("five");
            return 5;
        }));
        EventFilter.Info("quiet").Mute(() => Log.Info("quiet"));
        using var muted = EventFilter.Warning().Mute();
        Log.Warning("nobody prints this");
    }

    [Fact]
    public async Task The_asynchronous_forms_do_the_same()
    {
        await EventFilter.Info("a").ExpectOneAsync(async () =>
        {
            await Task.Yield();
            Log.Info("a");
        });
        Assert.Equal(3, await EventFilter.Info("b").ExpectAsync(2, () =>
        {
            Log.Info("b");
            Log.Info("b");
            return Task.FromResult(3);
        }));
        await Assert.ThrowsAnyAsync<XunitException>(
            () => EventFilter.Info("c").ExpectOneAsync(Short, () => Task.CompletedTask));
    }

    /// <summary>Returns when the loggers have had everything that was logged before.</summary>
    private void Flush() => EventFilter.Debug("flush").ExpectOne(() => Log.Debug("flush"));
}
