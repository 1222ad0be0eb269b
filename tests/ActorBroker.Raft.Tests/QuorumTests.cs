namespace ActorBroker.Raft.Tests;

public sealed class QuorumTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    [InlineData(5, 3)]
    public void A_majority_is_more_than_half(int voters, int majority) => Assert.Equal(majority, Quorum.Of(voters));

    [Theory]
    [InlineData(new long[] { 7 }, 7)]
    [InlineData(new long[] { 7, 3 }, 3)]
    [InlineData(new long[] { 7, 3, 5 }, 5)]
    [InlineData(new long[] { 7, 3, 5, 9 }, 5)]
    [InlineData(new long[] { 7, 3, 5, 9, 1 }, 5)]
    public void A_majority_has_reached_the_value_in_the_middle_or_the_one_below_it(long[] ends, long reached) =>
        Assert.Equal(reached, Quorum.Reached(ends));

    [Fact]
    public void More_than_a_majority_may_be_asked_for() => Assert.Equal(3, Quorum.ReachedBy(new long[] { 7, 3, 5 }, 3));
}
