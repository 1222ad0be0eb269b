using Akka.Configuration;
using Akka.TestKit.Xunit2;

namespace AkkaSpecs.Persistence;

/// <summary>A system whose events and snapshots are in its memory.</summary>
public abstract class PersistenceSpec : TestKit
{
    private static int _ids;

    protected PersistenceSpec(string config = "")
        : base(ConfigurationFactory.ParseString(config).WithFallback("""
            akka.loglevel = WARNING
            akka.persistence {
              journal.plugin = "akka.persistence.journal.inmem"
              snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
            }
            """))
    {
    }

    /// <summary>A persistence id that nobody else has.</summary>
    protected static string NewId() => $"actor-{Interlocked.Increment(ref _ids)}";

    /// <summary>Stops an actor and waits until it is gone.</summary>
    protected void StopAndWait(Akka.Actor.IActorRef actor)
    {
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
    }
}
