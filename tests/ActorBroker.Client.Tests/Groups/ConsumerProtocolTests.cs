using ActorBroker.Client.Groups;
using ActorBroker.Messages;

namespace ActorBroker.Client.Tests.Groups;

public sealed class ConsumerProtocolTests
{
    private static readonly TopicPartition[] Some = [new("a", 0), new("a", 2), new("ünï", 7)];

    [Fact]
    public void A_subscription_has_kafkas_bytes()
    {
        var bytes = ConsumerProtocol.Encode(new ConsumerSubscription(["ab"], new byte[] { 9 }, [new("ab", 3)]));

        Assert.Equal("0001" + "00000001" + "00026162" + "0000000109" + "00000001" + "00026162" + "00000001" + "00000003", Convert.ToHexString(bytes.Span));
    }

    [Fact]
    public void An_assignment_has_kafkas_bytes()
    {
        var bytes = ConsumerProtocol.Encode(new ConsumerAssignment([new("ab", 3), new("ab", 4)], default));

        Assert.Equal("0000" + "00000001" + "00026162" + "00000002" + "00000003" + "00000004" + "00000000", Convert.ToHexString(bytes.Span));
    }

    [Fact]
    public void What_is_written_is_read()
    {
        var subscription = ConsumerProtocol.DecodeSubscription(ConsumerProtocol.Encode(new ConsumerSubscription(["a", "b"], new byte[] { 1, 2 }, [.. Some])))!;
        var assignment = ConsumerProtocol.DecodeAssignment(ConsumerProtocol.Encode(new ConsumerAssignment([.. Some], new byte[] { 3 })))!;

        Assert.Equal(["a", "b"], subscription.Topics.ToArray());
        Assert.Equal([1, 2], subscription.UserData.ToArray());
        Assert.Equal(Some, subscription.Owned.ToArray());
        Assert.Equal(Some, assignment.Partitions.ToArray());
        Assert.Equal([3], assignment.UserData.ToArray());
    }

    [Fact]
    public void Version_0_owns_nothing_and_fields_of_later_versions_are_skipped()
    {
        var old = ConsumerProtocol.DecodeSubscription(Convert.FromHexString("0000" + "00000001" + "000161" + "FFFFFFFF"))!;
        var later = ConsumerProtocol.DecodeSubscription(Convert.FromHexString("0003" + "00000001" + "000161" + "FFFFFFFF" + "00000000" + "00000005" + "000162"))!;

        Assert.Empty(old.Owned);
        Assert.Equal(["a"], later.Topics.ToArray());
    }

    [Fact]
    public void No_bytes_are_no_partitions() => Assert.Empty(ConsumerProtocol.DecodeAssignment(default)!.Partitions);

    [Fact]
    public void Every_cut_and_every_hostile_count_is_refused_without_reading_further()
    {
        var subscription = ConsumerProtocol.Encode(new ConsumerSubscription(["a"], default, [.. Some]));
        var assignment = ConsumerProtocol.Encode(new ConsumerAssignment([.. Some], default));

        Assert.All(Enumerable.Range(0, subscription.Length), length => Assert.Null(ConsumerProtocol.DecodeSubscription(subscription[..length])));
        Assert.All(Enumerable.Range(1, assignment.Length - 1), length => Assert.Null(ConsumerProtocol.DecodeAssignment(assignment[..length])));
        Assert.Null(ConsumerProtocol.DecodeAssignment(Convert.FromHexString("00007FFFFFFF")));
        Assert.Null(ConsumerProtocol.DecodeAssignment(Convert.FromHexString("0000FFFFFFFE")));
        Assert.Null(ConsumerProtocol.DecodeAssignment(Convert.FromHexString("000000000001" + "000161" + "7FFFFFFF")));
        Assert.Null(ConsumerProtocol.DecodeAssignment(Convert.FromHexString("000000000001" + "800061" + "00000000")));
    }
}
