using Akka.Actor;
using Akka.Persistence;
using Akka.TestKit.Xunit2;
using AkkaSpecs.Persistence;

namespace AkkaSpecs.Embedded;

/// <summary>Actors whose events lie in files, across lives of their system.</summary>
public sealed class LocalFileJournalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("journal-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Events_and_snapshots_outlive_the_system()
    {
        using (var life = new Life(_folder))
        {
            var actor = life.Start("a/b c*é");
            life.ExpectMsg("completed 0");
            life.Tell(actor, "one", "one 1");
            life.Tell(actor, "two", "two 2");
            actor.Tell("snapshot", life.TestActor);
            life.ExpectMsg<SaveSnapshotSuccess>();
            life.Tell(actor, "three", "three 3");
        }

        using (var life = new Life(_folder))
        {
            var actor = life.Start("a/b c*é");
            life.ExpectMsg("offer 2");
            life.ExpectMsg("recover three");
            life.ExpectMsg("completed 3");
            life.Tell(actor, "four", "four 4");
        }
    }

    [Fact]
    public void A_torn_last_write_is_cut_off_and_reported()
    {
        WriteEvents("p", "one", "two");
        var file = Directory.GetFiles(Path.Combine(_folder, "journal")).Single();
        var whole = new FileInfo(file).Length;
        WriteEvents("p", "three");
        Truncate(file, whole + 5);

        using var life = new Life(_folder);
        life.Sys.EventStream.Subscribe(life.TestActor, typeof(Akka.Event.Warning));
        var actor = life.Start("p");

        life.ExpectMsg<Akka.Event.Warning>(warning => Assert.Contains("cut 5 bytes after event 2", warning.ToString(), StringComparison.Ordinal));
        life.ExpectMsg("recover one");
        life.ExpectMsg("recover two");
        life.ExpectMsg("completed 2");
        life.Tell(actor, "three again", "three again 3");
    }

    [Fact]
    public void Damage_in_the_middle_fails_the_recovery_by_file_and_position()
    {
        WriteEvents("p", "one", "two");
        var file = Directory.GetFiles(Path.Combine(_folder, "journal")).Single();
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 0x40;
        File.WriteAllBytes(file, bytes);

        using var life = new Life(_folder);
        life.Sys.EventStream.Subscribe(life.TestActor, typeof(Akka.Event.Error));
        life.Watch(life.Start("p"));

        var error = life.FishForMessage<Akka.Event.Error>(_ => true);
        Assert.Contains($"{file} is damaged at byte ", error.Cause.Message, StringComparison.Ordinal);
        life.FishForMessage(message => message is Terminated);
    }

    [Fact]
    public void An_event_without_serializer_is_rejected_by_the_key_to_set()
    {
        using var life = new Life(_folder);
        life.Sys.EventStream.Subscribe(life.TestActor, typeof(Akka.Event.Warning));
        var actor = life.Sys.ActorOf(Props.Create(() => new PersistsAnything("q", life.TestActor)));

        actor.Tell(new Version(1, 2));
        life.ExpectMsg<string>(text => Assert.Contains("akka.actor.serialization-bindings.\"System.Version", text, StringComparison.Ordinal));
        actor.Tell("good");
        life.ExpectMsg("good 2");
    }

    [Fact]
    public void Deleted_events_leave_the_file_when_they_are_much_of_it()
    {
        WriteEvents("p", [.. Enumerable.Range(0, 50).Select(n => $"{n} {new string('x', 2_000)}")]);
        var file = Directory.GetFiles(Path.Combine(_folder, "journal")).Single();
        var before = new FileInfo(file).Length;

        using (var life = new Life(_folder))
        {
            var actor = life.Start("p");
            life.FishForMessage(message => message is "completed 50");
            actor.Tell(49L);
            life.ExpectMsg<DeleteMessagesSuccess>();
        }

        Assert.True(new FileInfo(file).Length < before / 10, $"{new FileInfo(file).Length} of {before} bytes are left");
        using (var life = new Life(_folder))
        {
            var actor = life.Start("p");
            Assert.StartsWith("recover 49 ", life.ExpectMsg<string>(), StringComparison.Ordinal);
            life.ExpectMsg("completed 50");
            life.Tell(actor, "next", "next 51");
        }
    }

    [Fact]
    public void More_actors_than_open_files_can_write_in_turn()
    {
        using var life = new Life(_folder, "akka.persistence.journal.local-file.open-files-max = 2");
        var actors = Enumerable.Range(0, 6).Select(n => life.Start($"p{n}")).ToArray();
        foreach (var _ in actors)
        {
            life.ExpectMsg("completed 0");
        }

        for (var round = 1; round <= 3; round++)
        {
            foreach (var actor in actors)
            {
                life.Tell(actor, $"e{round}", $"e{round} {round}");
            }
        }
    }

    [Fact]
    public void An_actor_that_writes_nothing_leaves_no_file()
    {
        using var life = new Life(_folder);
        life.Start("p");
        life.ExpectMsg("completed 0");

        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "journal")));
    }

    [Fact]
    public void A_damaged_snapshot_is_passed_over_for_the_one_before()
    {
        using (var life = new Life(_folder))
        {
            var actor = life.Start("p");
            life.ExpectMsg("completed 0");
            foreach (var n in new[] { 1, 2 })
            {
                life.Tell(actor, $"e{n}", $"e{n} {n}");
                actor.Tell("snapshot", life.TestActor);
                life.ExpectMsg<SaveSnapshotSuccess>();
            }
        }

        var newest = Directory.GetFiles(Path.Combine(_folder, "snapshots")).Single(file => file.Contains("-2-", StringComparison.Ordinal));
        var bytes = File.ReadAllBytes(newest);
        bytes[^1] ^= 1;
        File.WriteAllBytes(newest, bytes);

        using (var life = new Life(_folder))
        {
            life.Start("p");
            life.ExpectMsg("offer 1");
            life.ExpectMsg("recover e2");
            life.ExpectMsg("completed 2");
        }
    }

    private static void Truncate(string file, long length)
    {
        using var stream = File.OpenWrite(file);
        stream.SetLength(length);
    }

    private void WriteEvents(string id, params string[] events)
    {
        using var life = new Life(_folder);
        var actor = life.Start(id);
        life.FishForMessage(message => message is string text && text.StartsWith("completed", StringComparison.Ordinal));
        foreach (var one in events)
        {
            actor.Tell(one, life.TestActor);
            Assert.StartsWith(one, life.ExpectMsg<string>(), StringComparison.Ordinal);
        }
    }

    /// <summary>One life of a system over a folder; ended and gone when it is disposed.</summary>
    private sealed class Life(string folder, string config = "") : TestKit(config + $$"""

        akka.loglevel = WARNING
        akka.stdout-loglevel = OFF
        akka.persistence {
          journal {
            plugin = "akka.persistence.journal.local-file"
            local-file.dir = "{{Path.Combine(folder, "journal").Replace('\\', '/')}}"
          }
          snapshot-store {
            plugin = "akka.persistence.snapshot-store.local-file"
            local-file.dir = "{{Path.Combine(folder, "snapshots").Replace('\\', '/')}}"
          }
        }
        """)
    {
        public IActorRef Start(string id) => Sys.ActorOf(Recorder.Props(id, TestActor));

        public void Tell(IActorRef actor, string command, string expected)
        {
            actor.Tell(command, TestActor);
            ExpectMsg(expected);
        }
    }

    private sealed class PersistsAnything : UntypedPersistentActor
    {
        private readonly IActorRef _probe;

        public PersistsAnything(string id, IActorRef probe)
        {
            PersistenceId = id;
            _probe = probe;
        }

        public override string PersistenceId { get; }

        protected override void OnCommand(object message) => Persist(message, e => _probe.Tell($"{e} {LastSequenceNr}"));

        protected override void OnRecover(object message)
        {
        }

        protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => _probe.Tell(cause.Message);
    }
}
