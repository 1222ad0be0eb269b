using Akka.Actor;
using Akka.Persistence;

namespace AkkaSpecs.Persistence;

public sealed class SnapshotTests : PersistenceSpec
{
    private readonly string _id = NewId();

    [Fact]
    public void The_latest_snapshot_that_fits_is_loaded()
    {
        var store = StoreWith(1, 2, 3);

        Assert.Equal("s3", Load(store, SnapshotSelectionCriteria.Latest)?.Snapshot);
        Assert.Equal("s2", Load(store, new SnapshotSelectionCriteria(2))?.Snapshot);
        Assert.Equal("s1", Load(store, SnapshotSelectionCriteria.Latest, toSequenceNr: 1)?.Snapshot);
        Assert.Null(Load(store, SnapshotSelectionCriteria.None));
        Assert.Null(Load(store, new SnapshotSelectionCriteria(3, DateTime.MaxValue, minSequenceNr: 4)));
    }

    [Fact]
    public void One_snapshot_is_deleted_by_its_number()
    {
        var store = StoreWith(1, 2, 3);

        store.Tell(new DeleteSnapshot(new SnapshotMetadata(_id, 3, DateTime.MinValue)), TestActor);

        Assert.Equal(3, ExpectMsg<DeleteSnapshotSuccess>().Metadata.SequenceNr);
        Assert.Equal("s2", Load(store, SnapshotSelectionCriteria.Latest)?.Snapshot);
    }

    [Fact]
    public void Snapshots_are_deleted_by_criteria()
    {
        var store = StoreWith(1, 2, 3);

        store.Tell(new DeleteSnapshots(_id, new SnapshotSelectionCriteria(2)), TestActor);

        ExpectMsg<DeleteSnapshotsSuccess>();
        Assert.Equal("s3", Load(store, SnapshotSelectionCriteria.Latest)?.Snapshot);
        Assert.Null(Load(store, new SnapshotSelectionCriteria(2)));
    }

    [Fact]
    public void Without_a_store_nothing_is_loaded_and_saving_fails()
    {
        var store = Akka.Persistence.Persistence.Instance.Apply(Sys).SnapshotStoreFor("akka.persistence.no-snapshot-store");

        Assert.Null(Load(store, SnapshotSelectionCriteria.Latest));
        store.Tell(new SaveSnapshot(new SnapshotMetadata(_id, 1, DateTime.UtcNow), "s"), TestActor);
        ExpectMsg<SaveSnapshotFailure>();
    }

    private IActorRef StoreWith(params long[] numbers)
    {
        var store = Akka.Persistence.Persistence.Instance.Apply(Sys).SnapshotStoreFor("");
        foreach (var number in numbers)
        {
            store.Tell(new SaveSnapshot(new SnapshotMetadata(_id, number, DateTime.UtcNow), $"s{number}"), TestActor);
            ExpectMsg<SaveSnapshotSuccess>();
        }

        return store;
    }

    private SelectedSnapshot? Load(IActorRef store, SnapshotSelectionCriteria criteria, long toSequenceNr = long.MaxValue)
    {
        store.Tell(new LoadSnapshot(_id, criteria, toSequenceNr), TestActor);
        return ExpectMsg<LoadSnapshotResult>().Snapshot;
    }
}
