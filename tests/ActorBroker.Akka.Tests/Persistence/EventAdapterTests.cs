using Akka.Actor;
using Akka.Persistence.Journal;

namespace AkkaSpecs.Persistence;

public sealed class EventAdapterTests() : PersistenceSpec("""
    akka.persistence.journal.inmem {
      event-adapters {
        upper = "AkkaSpecs.Persistence.UpperCase, ActorBroker.Akka.Tests"
        doubled = "AkkaSpecs.Persistence.Doubled, ActorBroker.Akka.Tests"
        tagging = "AkkaSpecs.Persistence.Tagging, ActorBroker.Akka.Tests"
      }
      event-adapter-bindings {
        "System.String" = upper
        "AkkaSpecs.Persistence.Halved, ActorBroker.Akka.Tests" = [doubled, upper]
        "System.Int32" = tagging
      }
    }
    """)
{
    [Fact]
    public void Events_are_adapted_on_their_way_in_and_out()
    {
        var id = NewId();
        var actor = Sys.ActorOf(Recorder.Props(id, TestActor));
        ExpectMsg("completed 0");
        actor.Tell("a");
        ExpectMsg("a 1");
        StopAndWait(actor);

        Sys.ActorOf(Recorder.Props(id, TestActor));

        ExpectMsg("recover A/upper");
    }

    [Fact]
    public void The_adapters_of_a_journal_can_be_asked_for()
    {
        var adapters = Akka.Persistence.Persistence.Instance.Apply(Sys).AdaptersFor("akka.persistence.journal.inmem");

        Assert.IsType<UpperCase>(adapters.Get<string>());
        Assert.IsType<IdentityEventAdapter>(adapters.Get<long>());
        Assert.Equal(["x", "x", "x/upper"], adapters.Get<Halved>().FromJournal("x", "upper").Events);
        Assert.Throws<InvalidOperationException>(() => adapters.Get<Halved>().ToJournal("x"));
        Assert.Equal(["even"], ((Tagged)adapters.Get<int>().ToJournal(2)).Tags);
        Assert.Equal([2], adapters.Get<int>().FromJournal(2, "").Events);
    }
}

public sealed record Halved(string Text);

public sealed class UpperCase : IEventAdapter
{
    public string Manifest(object evt) => "upper";

    public object ToJournal(object evt) => ((string)evt).ToUpperInvariant();

    public IEventSequence FromJournal(object evt, string manifest) => EventSequence.Single($"{evt}/{manifest}");
}

public sealed class Doubled : IReadEventAdapter
{
    public IEventSequence FromJournal(object evt, string manifest) => EventSequence.Create(evt, evt);
}

public sealed class Tagging : IWriteEventAdapter
{
    public string Manifest(object evt) => "";

    public object ToJournal(object evt) => new Tagged(evt, [(int)evt % 2 == 0 ? "even" : "odd"]);
}
