using Akka.Actor;
using Akka.Persistence;

namespace AkkaSpecs.Persistence;

/// <summary>Tells a probe what it recovers; persists text it is told, and answers with what it has by then.</summary>
public class Recorder : ReceivePersistentActor
{
    private readonly Recovery _recovery;

    public Recorder(string id, IActorRef probe, Recovery? recovery = null)
    {
        PersistenceId = id;
        Probe = probe;
        _recovery = recovery ?? Recovery.Default;
        Recover<SnapshotOffer>(offer =>
        {
            Log.Clear();
            Log.AddRange(((string)offer.Snapshot).Split(','));
            Probe.Tell($"offer {offer.Metadata.SequenceNr}");
        });
        Recover<string>(e =>
        {
            Log.Add(e);
            Probe.Tell($"recover {e}");
        });
        Recover<RecoveryCompleted>(_ => Probe.Tell($"completed {LastSequenceNr}"));

        Command<string>(c => c == "log", _ => Sender.Tell(string.Join(",", Log)));
        Command<string>(c => c == "snapshot", _ => SaveSnapshot(string.Join(",", Log)));
        Command<string>(c => c == "fail", _ => throw new InvalidOperationException("told to"));
        Command<long>(DeleteMessages);
        Command<string>(c => Persist(c, e =>
        {
            Log.Add(e);
            Sender.Tell($"{e} {LastSequenceNr}");
        }));
        CommandAny(Probe.Tell);
    }

    public override string PersistenceId { get; }

    public override Recovery Recovery => _recovery;

    protected IActorRef Probe { get; }

    protected new List<string> Log { get; } = [];

    public static Props Props(string id, IActorRef probe, Recovery? recovery = null) =>
        Akka.Actor.Props.Create(() => new Recorder(id, probe, recovery));
}
