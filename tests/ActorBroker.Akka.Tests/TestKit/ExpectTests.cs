using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit.Sdk;

namespace AkkaSpecs;

public sealed class ExpectTests() : TestKit("akka.test { single-expect-default = 2s, expect-no-message-default = 50ms }")
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(30);

    [Fact]
    public void ExpectMsg_of_a_type_returns_the_message_and_keeps_it_as_last()
    {
        TestActor.Tell("hello", ActorRefs.Nobody);

        Assert.Equal("hello", ExpectMsg<string>());
        Assert.Equal("hello", LastMessage);
        Assert.Equal(ActorRefs.Nobody, LastSender);
    }

    [Fact]
    public void ExpectMsg_of_another_type_fails_and_says_both()
    {
        TestActor.Tell("hello");

        var failure = Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>(hint: "the answer"));

        Assert.Contains("System.Int32", failure.Message);
        Assert.Contains("{hello}", failure.Message);
        Assert.Contains("the answer", failure.Message);
    }

    [Fact]
    public void ExpectMsg_without_a_message_fails_at_its_timeout()
    {
        var failure = Assert.ThrowsAny<XunitException>(() => ExpectMsg<string>(Short, "greeting"));

        Assert.Contains("Timeout 00:00:00.0300000", failure.Message);
        Assert.Contains("greeting", failure.Message);
    }

    [Fact]
    public void ExpectMsg_of_a_value_compares_collections_by_their_elements()
    {
        TestActor.Tell(new[] { 1, 2 });
        TestActor.Tell(new[] { 1, 3 });

        ExpectMsg(new[] { 1, 2 });
        Assert.ThrowsAny<XunitException>(() => ExpectMsg(new[] { 1, 2 }));
    }

    [Fact]
    public void ExpectMsg_with_a_predicate_an_assertion_or_a_comparer()
    {
        TestActor.Tell(1);
        TestActor.Tell(2);
        TestActor.Tell(3, TestActor);
        TestActor.Tell(4, TestActor);
        TestActor.Tell("FIVE");
        TestActor.Tell(6);

        Assert.Equal(1, ExpectMsg<int>(n => n == 1));
        Assert.Equal(2, ExpectMsg<int>(n => Assert.Equal(2, n)));
        Assert.Equal(3, ExpectMsg<int>((n, sender) => n == 3 && sender.Equals(TestActor)));
        Assert.Equal(4, ExpectMsg<int>((n, sender) => Assert.Equal(TestActor, sender)));
        ExpectMsg("five", (a, b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase));
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>(n => n == 7));
    }

    [Fact]
    public void ExpectMsgFrom_checks_the_sender_as_well()
    {
        var probe = CreateTestProbe();
        probe.Send(TestActor, 1);
        probe.Send(TestActor, 2);
        probe.Send(TestActor, 3);
        probe.Send(TestActor, 4);

        ExpectMsgFrom<int>(probe);
        ExpectMsgFrom(probe, 2);
        ExpectMsgFrom<int>(probe.Ref, n => n == 3);
        Assert.ThrowsAny<XunitException>(() => ExpectMsgFrom(TestActor, 4));
    }

    [Fact]
    public void ExpectMsgAllOf_takes_them_in_any_order()
    {
        foreach (var word in new[] { "c", "a", "b" })
        {
            TestActor.Tell(word);
        }

        Assert.Equal(["c", "a", "b"], ExpectMsgAllOf(new[] { "a", "b", "c" }));
    }

    [Fact]
    public void ExpectMsgAllOf_says_what_is_missing_and_what_is_too_much()
    {
        TestActor.Tell("a");
        TestActor.Tell("x");

        var failure = Assert.ThrowsAny<XunitException>(() => ExpectMsgAllOf(TimeSpan.FromSeconds(1), ["a", "b"]));

        Assert.Contains("not found [b]", failure.Message);
        Assert.Contains("unexpected [x]", failure.Message);
    }

    [Fact]
    public void ExpectMsgAnyOf_takes_one_of_several()
    {
        TestActor.Tell("b");
        TestActor.Tell("z");

        Assert.Equal("b", ExpectMsgAnyOf(["a", "b"]));
        Assert.ThrowsAny<XunitException>(() => ExpectMsgAnyOf(["a", "b"]));
    }

    [Fact]
    public void ExpectMsgAllOfMatchingPredicates_gives_each_message_a_predicate()
    {
        TestActor.Tell(7);
        TestActor.Tell("seven");

        ExpectMsgAllOfMatchingPredicates(
            PredicateInfo.Create<string>(s => s.Length == 5), PredicateInfo.Create<int>(n => n > 5));
    }

    [Fact]
    public void ExpectNoMsg_fails_on_a_message_and_passes_on_silence()
    {
        ExpectNoMsg();
        ExpectNoMsg(10);
        TestActor.Tell("noise");

        var failure = Assert.ThrowsAny<XunitException>(() => ExpectNoMsg(Short));

        Assert.Contains("noise", failure.Message);
    }

    [Fact]
    public async Task The_asynchronous_forms_do_the_same()
    {
        var probe = CreateTestProbe();
        foreach (var word in new[] { "a", "b", "c", "d", "e", "f" })
        {
            probe.Send(TestActor, word);
        }

        Assert.Equal("a", await ExpectMsgAsync<string>());
        Assert.Equal("b", await ExpectMsgAsync("b"));
        Assert.Equal("c", await ExpectMsgFromAsync(probe, "c"));
        Assert.Equal("d", await ExpectMsgAnyOfAsync(["c", "d"]));
        var rest = new List<string>();
        await foreach (var word in ExpectMsgAllOfAsync(new[] { "f", "e" }))
        {
            rest.Add(word);
        }

        Assert.Equal(["e", "f"], rest);
        await ExpectNoMsgAsync(Short);
        await Assert.ThrowsAnyAsync<XunitException>(async () => await ExpectMsgAsync<string>(Short));
    }

    [Fact]
    public async Task A_cancelled_wait_ends_with_the_cancellation()
    {
        using var cancel = new CancellationTokenSource(Short);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await ExpectMsgAsync<string>(TimeSpan.FromSeconds(30), cancellationToken: cancel.Token));
    }
}
