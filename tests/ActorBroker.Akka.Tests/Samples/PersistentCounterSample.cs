using Akka.Actor;
using Akka.Persistence;
using Akka.TestKit.Xunit2;

namespace AkkaSamples;

public sealed record Increment(int By);

public sealed record Incremented(int By);

public class PersistentCounter : ReceivePersistentActor
{
    private int _value;

    public PersistentCounter(string id)
    {
        PersistenceId = id;

        Recover<Incremented>(e => _value += e.By);
        Recover<SnapshotOffer>(offer => _value = (int)offer.Snapshot);

        Command<Increment>(command => Persist(new Incremented(command.By), e =>
        {
            _value += e.By;
            Sender.Tell(_value);
        }));
        Command<string>(s => s == "get", _ => Sender.Tell(_value));
        Command<string>(s => s == "save", _ => SaveSnapshot(_value));
        Command<SaveSnapshotSuccess>(_ => Context.System.EventStream.Publish("saved"));
        Command<string>(s => s == "crash", _ => throw new InvalidOperationException("crash"));
    }

    public override string PersistenceId { get; }
}

public class PersistentCounterSpec : TestKit
{
    public PersistentCounterSpec()
        : base("""
            akka.persistence {
              journal.plugin = "akka.persistence.journal.inmem"
              snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
            }
            """)
    {
    }

    [Fact]
    public void A_counter_comes_back_with_its_value()
    {
        var counter = Sys.ActorOf(Props.Create(() => new PersistentCounter("counter-1")));
        counter.Tell(new Increment(2));
        counter.Tell(new Increment(3));
        ExpectMsg(2);
        ExpectMsg(5);
        Watch(counter);
        Sys.Stop(counter);
        ExpectTerminated(counter);

        var again = Sys.ActorOf(Props.Create(() => new PersistentCounter("counter-1")));

        again.Tell("get");
        ExpectMsg(5);
    }

    [Fact]
    public void A_counter_recovers_from_a_snapshot_and_what_came_after()
    {
        var counter = Sys.ActorOf(Props.Create(() => new PersistentCounter("counter-2")));
        Sys.EventStream.Subscribe(TestActor, typeof(string));
        counter.Tell(new Increment(10));
        ExpectMsg(10);
        counter.Tell("save");
        ExpectMsg("saved");
        counter.Tell(new Increment(1));
        ExpectMsg(11);

        EventFilter.Exception<InvalidOperationException>("crash").ExpectOne(() => counter.Tell("crash"));

        counter.Tell("get");
        ExpectMsg(11);
    }
}
