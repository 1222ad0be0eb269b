using ActorBroker.Sessions;

namespace ActorBroker.Tests.Sessions;

public sealed class PartSetTests
{
    [Fact]
    public void It_holds_each_part_once_however_many_there_are()
    {
        var set = default(PartSet);
        var model = new HashSet<int>();
        var random = new Random(7);
        for (var i = 0; i < 5_000; i++)
        {
            var part = random.Next(200);
            if (random.Next(2) == 0)
            {
                Assert.Equal(model.Add(part), set.Add(part));
            }
            else
            {
                Assert.Equal(model.Remove(part), set.Remove(part));
            }

            Assert.Equal(model.Count, set.Count);
        }

        Assert.Equal(model.Order(), set.TakeAll());
        Assert.Equal(0, set.Count);
    }

    [Fact]
    public void A_part_that_is_not_there_cannot_be_removed()
    {
        var set = default(PartSet);
        Assert.False(set.Remove(0));
        Assert.False(set.Remove(64));
        Assert.Empty(set.TakeAll());
    }
}
