using ActorBroker.Client.Consuming;

namespace ActorBroker.Client.Tests.Consuming;

/// <summary>The examples of Kafka's documentation of RangeAssignor and RoundRobinAssignor, and its order of members.</summary>
public sealed class AssignorTests
{
    [Fact]
    public void Range_gives_each_member_a_range_of_each_topic() =>
        Assert.Equal("C0: t0-0 t0-1 t1-0 t1-1; C1: t0-2 t1-2", Assign("range", ["C0: t0 t1", "C1: t0 t1"], ("t0", 3), ("t1", 3)));

    [Fact]
    public void Range_leaves_members_empty_when_there_are_more_of_them_than_partitions() =>
        Assert.Equal("C0: t0-0; C1: t0-1; C2:", Assign("range", ["C2: t0", "C0: t0", "C1: t0"], ("t0", 2)));

    [Fact]
    public void Range_shares_a_topic_among_those_who_read_it() =>
        Assert.Equal("C0: t0-0 t0-1; C1: t0-2 t1-0 t1-1 t1-2", Assign("range", ["C0: t0", "C1: t0 t1"], ("t0", 3), ("t1", 3)));

    [Fact]
    public void Roundrobin_deals_the_partitions_of_all_topics_one_by_one() =>
        Assert.Equal("C0: t0-0 t0-2 t1-1; C1: t0-1 t1-0 t1-2", Assign("roundrobin", ["C0: t0 t1", "C1: t0 t1"], ("t0", 3), ("t1", 3)));

    [Fact]
    public void Roundrobin_steps_over_members_that_do_not_read_the_topic() =>
        Assert.Equal(
            "C0: t0-0; C1: t1-0; C2: t1-1 t2-0 t2-1 t2-2",
            Assign("roundrobin", ["C0: t0", "C1: t0 t1", "C2: t0 t1 t2"], ("t0", 1), ("t1", 2), ("t2", 3)));

    [Theory]
    [InlineData("range")]
    [InlineData("roundrobin")]
    public void Topics_that_do_not_exist_or_that_nobody_reads_are_left_out(string name) =>
        Assert.Equal("C0:; C1: t0-0", Assign(name, ["C0: missing", "C1: t0 missing"], ("t0", 1), ("other", 5)));

    [Fact]
    public void Static_members_come_first_in_the_order_of_their_instances()
    {
        AssignorMember[] members = [new("a", "", ["t"]), new("z", "instance-1", ["t"]), new("y", "instance-2", ["t"])];
        var shares = Assignors.Assign("range", members, new Dictionary<string, int> { ["t"] = 3 })!;
        Assert.Equal((0, 1, 2), (Assert.Single(shares["z"]).Partition, Assert.Single(shares["y"]).Partition, Assert.Single(shares["a"]).Partition));
    }

    [Fact]
    public void Another_algorithm_is_not_known() =>
        Assert.Null(Assignors.Assign("cooperative-sticky", [], new Dictionary<string, int>()));

    /// <param name="members">"name: topic topic".</param>
    private static string Assign(string name, string[] members, params (string Topic, int Partitions)[] counts)
    {
        var all = members.Select(member => member.Split(": ")).Select(parts => new AssignorMember(parts[0], "", parts[1].Split(' '))).ToArray();
        var shares = Assignors.Assign(name, all, counts.ToDictionary(count => count.Topic, count => count.Partitions))!;
        return string.Join("; ", shares.OrderBy(share => share.Key, StringComparer.Ordinal)
            .Select(share => $"{share.Key}: {string.Join(' ', share.Value)}".TrimEnd()));
    }
}
