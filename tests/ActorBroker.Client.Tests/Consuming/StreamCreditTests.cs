using ActorBroker.Client.Consuming;

namespace ActorBroker.Client.Tests.Consuming;

public sealed class StreamCreditTests
{
    [Fact]
    public void A_stream_begins_with_the_share_or_the_nodes_limit_if_that_is_less()
    {
        Assert.Equal(1000, new StreamCredit(1000).Open(5000));
        Assert.Equal(500, new StreamCredit(1000).Open(500));
    }

    [Fact]
    public void Small_amounts_are_granted_together()
    {
        var credit = new StreamCredit(1000);
        credit.Open(5000);
        credit.Received(100);
        credit.Consumed(100);
        Assert.Equal(0, credit.TakeGrant(5000));
        credit.Received(200);
        credit.Consumed(200);
        Assert.Equal(300, credit.TakeGrant(5000));
        Assert.Equal(0, credit.TakeGrant(5000));
    }

    [Fact]
    public void What_is_held_is_not_granted()
    {
        var credit = new StreamCredit(1000);
        credit.Open(5000);
        credit.Received(600);
        credit.Received(400);
        Assert.Equal(0, credit.TakeGrant(5000));
        credit.Consumed(600);
        Assert.Equal(600, credit.TakeGrant(5000));
        Assert.Equal(400, credit.Held);
    }

    [Fact]
    public void A_batch_above_the_share_is_paid_back_once_it_is_consumed()
    {
        var credit = new StreamCredit(1000);
        credit.Open(5000);
        credit.Received(7000);
        Assert.Equal(0, credit.TakeGrant(5000));
        credit.Consumed(7000);
        Assert.Equal(7000, credit.TakeGrant(5000));
    }

    [Fact]
    public void A_new_stream_gets_what_the_buffer_has_left_and_the_rest_when_it_is_consumed()
    {
        var credit = new StreamCredit(1000);
        credit.Open(5000);
        credit.Received(900);
        Assert.Equal(100, credit.Open(5000));
        credit.Consumed(900);
        Assert.Equal(900, credit.TakeGrant(5000));

        credit.Received(3000);
        Assert.Equal(0, credit.Open(5000));
        credit.Consumed(3000);
        Assert.Equal(1000, credit.TakeGrant(5000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_comes_and_goes_the_node_never_has_more_than_the_share_and_never_nothing_when_all_is_consumed(int seed)
    {
        var random = new Random(seed);
        var credit = new StreamCredit(1000);
        long atNode = credit.Open(800);
        var held = new Queue<int>();
        for (var step = 0; step < 10_000; step++)
        {
            if (atNode > 0 && random.Next(2) == 0)
            {
                var bytes = random.Next(1, 1500);
                credit.Received(bytes);
                held.Enqueue(bytes);
                atNode -= bytes;
            }
            else if (held.TryDequeue(out var bytes))
            {
                credit.Consumed(bytes);
                atNode += credit.TakeGrant(800);
            }

            Assert.True(atNode <= 800, $"seed {seed}, step {step}: {atNode}");
            Assert.True(atNode > 0 || held.Count > 0, $"seed {seed}, step {step}: stalled");
            Assert.True(atNode <= 0 || atNode + held.Sum() <= 1000, $"seed {seed}, step {step}: {atNode} + {held.Sum()}");
        }
    }
}
