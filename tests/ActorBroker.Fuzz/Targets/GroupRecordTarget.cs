using System.Buffers.Binary;
using ActorBroker.Fuzz.Running;
using ActorBroker.Groups;
using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Fuzz.Targets;

/// <summary>Records of <c>__consumer_offsets</c>: key and value, each with two bytes of length before it.</summary>
internal sealed class GroupRecordTarget : FuzzTarget
{
    private const long Now = 1_700_000_000_000;

    private static readonly GroupSettings Settings = new(
        1, 4096, TimeSpan.Zero, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1), 100, TimeSpan.FromDays(7));

    public override string Name => "group-records";

    public override IReadOnlyList<FuzzSeed> Seeds { get; } =
    [
        new("offset", Pair(GroupRecords.OffsetKey("billing", new TopicPartition("orders", 3)), GroupRecords.OffsetValue(new CommittedOffset(new Offset(42), new LeaderEpoch(3), "note", Now)))),
        new("group", Pair(GroupRecords.GroupKey("billing"), GroupRecords.GroupValue(WithMembers(), Now))),
        new("empty-group", Pair(GroupRecords.GroupKey("billing"), GroupRecords.GroupValue(new Group("billing", Settings), Now))),
    ];

    public override void Try(FuzzSeed seed, byte[] input)
    {
        var keyBytes = input.Length < 2 ? 0 : Math.Min(BinaryPrimitives.ReadUInt16BigEndian(input), input.Length - 2);
        var store = new GroupStore(Settings);
        var value = input.AsMemory(Math.Min(input.Length, 2 + keyBytes));
        if (!GroupRecords.Apply(store, input.AsMemory(Math.Min(2, input.Length), keyBytes), value, Now))
        {
            return;
        }

        // What was read is used: by time, by a listing, by writing it again.
        foreach (var group in store.Groups)
        {
            group.Tick(Now + 1);
            GroupRecords.GroupValue(group, Now);
        }

        foreach (var (group, partition, offset) in store.Offsets)
        {
            GroupRecords.OffsetKey(group, partition);
            GroupRecords.OffsetValue(offset);
        }

        _ = store.Expired(Now).Count();
    }

    public override long AllocatedMax(FuzzSeed seed, int inputBytes) => 4 * base.AllocatedMax(seed, inputBytes);

    private static Group WithMembers()
    {
        var group = new Group("billing", Settings);
        group.Restore(3, "consumer", "range", "one",
            new[] { "one", "two" }.Select(id => (new JoinGroup(default, "billing", id, id == "two" ? "static-2" : null, "client", "host", "consumer",
                [new GroupProtocol("range", [0, 1, 2])], TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20), MustKnowMemberId: false), new byte[] { 4, 5, 6 })), Now);
        return group;
    }

    private static byte[] Pair(byte[] key, byte[] value)
    {
        byte[] length = [0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)key.Length);
        return [.. length, .. key, .. value];
    }
}
