using Akka.Event;

namespace AkkaSpecs;

public sealed class EventBusTests
{
    [Fact]
    public void A_subscription_covers_what_is_below_its_class()
    {
        var bus = new TopicBus();
        var all = new List<string>();
        var sport = new List<string>();
        bus.Subscribe(all, "/");
        bus.Subscribe(sport, "/sport/");

        bus.Publish("/sport/chess");
        bus.Publish("/politics");

        Assert.Equal(["/sport/chess", "/politics"], all);
        Assert.Equal(["/sport/chess"], sport);
    }

    [Fact]
    public void A_subscriber_gets_an_event_once_however_often_it_subscribed()
    {
        var bus = new TopicBus();
        var reader = new List<string>();
        Assert.True(bus.Subscribe(reader, "/sport/"));
        Assert.True(bus.Subscribe(reader, "/"));
        Assert.False(bus.Subscribe(reader, "/sport/chess"));

        bus.Publish("/sport/chess");

        Assert.Single(reader);
    }

    [Fact]
    public void Unsubscribing_from_a_part_keeps_the_rest()
    {
        var bus = new TopicBus();
        var reader = new List<string>();
        bus.Subscribe(reader, "/");
        bus.Publish("/sport/chess");

        Assert.True(bus.Unsubscribe(reader, "/sport/"));
        bus.Publish("/sport/chess");
        bus.Publish("/politics");

        Assert.Equal(["/sport/chess", "/politics"], reader);
        Assert.True(bus.Unsubscribe(reader));
        Assert.False(bus.Unsubscribe(reader));
    }

    [Fact]
    public void Subscribing_again_brings_back_the_part()
    {
        var bus = new TopicBus();
        var reader = new List<string>();
        bus.Subscribe(reader, "/");
        bus.Unsubscribe(reader, "/sport/");

        Assert.True(bus.Subscribe(reader, "/sport/"));
        bus.Publish("/sport/chess");

        Assert.Equal(["/sport/chess"], reader);
    }

    [Fact]
    public async Task Subscribing_while_others_publish_loses_nothing()
    {
        var bus = new TopicBus();
        var steady = new List<string>();
        bus.Subscribe(steady, "/");

        var publishing = Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                bus.Publish("/x");
            }
        });
        while (!publishing.IsCompleted)
        {
            var passing = new List<string>();
            bus.Subscribe(passing, "/y");
            bus.Unsubscribe(passing);
        }

        await publishing;
        Assert.Equal(20_000, steady.Count);
    }

    private sealed class TopicBus : EventBus<string, string, List<string>>
    {
        protected override bool IsSubClassification(string parent, string child) => child.StartsWith(parent, StringComparison.Ordinal);

        protected override void Publish(string @event, List<string> subscriber) => subscriber.Add(@event);

        protected override bool Classify(string @event, string classifier) => @event.StartsWith(classifier, StringComparison.Ordinal);

        protected override string GetClassifier(string @event) => @event;
    }
}
