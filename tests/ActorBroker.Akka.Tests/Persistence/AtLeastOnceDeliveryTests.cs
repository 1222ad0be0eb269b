using Akka.Actor;
using Akka.Persistence;

namespace AkkaSpecs.Persistence;

public sealed class AtLeastOnceDeliveryTests() : PersistenceSpec("akka.persistence.at-least-once-delivery.redeliver-interval = 200ms")
{
    private readonly string _id = NewId();

    [Fact]
    public void A_message_is_sent_again_until_it_is_confirmed()
    {
        var destination = CreateTestProbe();
        var sender = Start(destination);
        sender.Tell("hello");

        var first = destination.ExpectMsg<Parcel>();
        Assert.Equal(first, destination.ExpectMsg<Parcel>());
        sender.Tell(new Confirmation(first.Id));
        ExpectMsg("confirmed True");

        sender.Tell(new Confirmation(first.Id));
        ExpectMsg("confirmed False");
        sender.Tell("count");
        ExpectMsg(0);
    }

    [Fact]
    public void What_was_not_confirmed_is_sent_by_the_next_incarnation()
    {
        var destination = CreateTestProbe();
        var sender = Start(destination);
        sender.Tell("a");
        sender.Tell("b");
        var a = (Parcel)destination.FishForMessage(message => message is Parcel { Text: "a" });
        sender.Tell(new Confirmation(a.Id));
        ExpectMsg("confirmed True");
        StopAndWait(sender);

        var later = CreateTestProbe();
        Start(later);

        Assert.Equal("b", later.ExpectMsg<Parcel>().Text);
    }

    [Fact]
    public void The_sender_is_warned_after_some_attempts()
    {
        var destination = CreateTestProbe();
        var sender = Start(destination, settings => settings.WithUnconfirmedAttemptsToWarn(1));

        sender.Tell("hello");

        var warning = ExpectMsg<UnconfirmedWarning>();
        Assert.Equal(1, Assert.Single(warning.UnconfirmedDeliveries).DeliveryId);
    }

    [Fact]
    public void Too_many_unconfirmed_messages_are_refused()
    {
        var destination = CreateTestProbe();
        var sender = Start(destination, settings => settings.WithMaxUnconfirmedMessages(1));

        sender.Tell("a");
        sender.Tell("b");

        ExpectMsg("too many");
    }

    private IActorRef Start(
        IActorRef destination,
        Func<PersistenceSettings.AtLeastOnceDeliverySettings, PersistenceSettings.AtLeastOnceDeliverySettings>? settings = null) =>
        Sys.ActorOf(Props.Create(() => new Sending(_id, destination, TestActor, settings ?? (it => it))));

    private sealed record Parcel(long Id, string Text);

    private sealed record Confirmation(long Id);

    private sealed class Sending : AtLeastOnceDeliveryReceiveActor
    {
        public Sending(
            string id,
            IActorRef destination,
            IActorRef probe,
            Func<PersistenceSettings.AtLeastOnceDeliverySettings, PersistenceSettings.AtLeastOnceDeliverySettings> settings)
            : base(settings)
        {
            PersistenceId = id;
            Recover<string>(text => Deliver(destination.Path, number => new Parcel(number, text)));
            Recover<Confirmation>(confirmation => ConfirmDelivery(confirmation.Id));
            Command<string>(text => text == "count", _ => Sender.Tell(UnconfirmedCount));
            Command<string>(text => Persist(text, e =>
            {
                try
                {
                    Deliver(destination.Path, number => new Parcel(number, e));
                }
                catch (MaxUnconfirmedMessagesExceededException)
                {
                    // What this test waits for.
                    probe.Tell("too many");
                }
            }));
            Command<Confirmation>(confirmation => Persist(confirmation, e => probe.Tell($"confirmed {ConfirmDelivery(e.Id)}")));
            Command<UnconfirmedWarning>(probe.Tell);
        }

        public override string PersistenceId { get; }
    }
}
