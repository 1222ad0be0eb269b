using System.Buffers.Binary;
using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;
using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Groups;

/// <summary>The records of <c>__consumer_offsets</c>, in Kafka's formats: int16 version, then the body; a null value deletes the key.
/// Key version 1: a committed offset; key version 2: a group.</summary>
internal static class GroupRecords
{
    private const short OffsetKeyVersion = 1;
    private const short OffsetValueVersion = 3;
    private const short GroupKeyVersion = 2;
    private const short GroupValueVersion = 3;

    public static byte[] OffsetKey(string group, TopicPartition partition) => Encode(
        OffsetKeyVersion, writer => new OffsetCommitKey { Group = group, Topic = partition.Topic, Partition = partition.Partition }.Write(writer, OffsetKeyVersion));

    public static byte[] OffsetValue(CommittedOffset offset) => Encode(OffsetValueVersion, writer => new OffsetCommitValue
    {
        Offset = offset.Offset.Value,
        LeaderEpoch = offset.Epoch.Value,
        Metadata = offset.Metadata,
        CommitTimestamp = offset.CommittedAt,
    }.Write(writer, OffsetValueVersion));

    public static byte[] GroupKey(string group) => Encode(
        GroupKeyVersion, writer => new GroupMetadataKey { Group = group }.Write(writer, GroupKeyVersion));

    public static byte[] GroupValue(Group group, long now)
    {
        var value = new GroupMetadataValue
        {
            ProtocolType = group.ProtocolType,
            Generation = group.Generation,
            Protocol = group.ProtocolName,
            Leader = group.LeaderId,
            CurrentStateTimestamp = now,
        };
        foreach (var member in group.Members)
        {
            value.Members.Add(new GroupMetadataValue.MemberMetadata
            {
                MemberId = member.Id,
                GroupInstanceId = member.InstanceId,
                ClientId = member.ClientId,
                ClientHost = member.ClientHost,
                RebalanceTimeout = (int)member.RebalanceTimeout.TotalMilliseconds,
                SessionTimeout = (int)member.SessionTimeout.TotalMilliseconds,
                Subscription = group.ProtocolName is { } protocol ? member.MetadataOf(protocol) : [],
                Assignment = member.Assignment,
            });
        }

        return Encode(GroupValueVersion, writer => value.Write(writer, GroupValueVersion));
    }

    /// <summary>Reads one record into the store. Records of kinds that are not known are left alone.</summary>
    /// <returns>False when the record's bytes are not what its version says.</returns>
    public static bool Apply(GroupStore store, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? value, long now)
    {
        if (key.Length < sizeof(short))
        {
            return false;
        }

        var reader = new WireReader(key[sizeof(short)..]);
        switch (BinaryPrimitives.ReadInt16BigEndian(key.Span))
        {
            case 0 or OffsetKeyVersion:
                var offsetKey = OffsetCommitKey.Read(ref reader, OffsetKeyVersion);
                return reader.Error == WireError.None && ApplyOffset(store, offsetKey, value);
            case GroupKeyVersion:
                var groupKey = GroupMetadataKey.Read(ref reader, GroupKeyVersion);
                return reader.Error == WireError.None && ApplyGroup(store, groupKey.Group, value, now);
            default:
                return true;
        }
    }

    private static bool ApplyOffset(GroupStore store, OffsetCommitKey key, ReadOnlyMemory<byte>? value)
    {
        var partition = new TopicPartition(key.Topic, key.Partition);
        if (value is not { } bytes)
        {
            store.Forget(key.Group, partition);
            return true;
        }

        if (bytes.Length < sizeof(short))
        {
            return false;
        }

        var reader = new WireReader(bytes[sizeof(short)..]);
        var offset = OffsetCommitValue.Read(ref reader, BinaryPrimitives.ReadInt16BigEndian(bytes.Span));
        if (reader.Error != WireError.None)
        {
            return false;
        }

        store.Set(key.Group, partition, new CommittedOffset(new Offset(offset.Offset), new LeaderEpoch(offset.LeaderEpoch), offset.Metadata, offset.CommitTimestamp));
        return true;
    }

    private static bool ApplyGroup(GroupStore store, string group, ReadOnlyMemory<byte>? value, long now)
    {
        if (value is not { } bytes)
        {
            store.ForgetGroup(group);
            return true;
        }

        if (bytes.Length < sizeof(short))
        {
            return false;
        }

        var reader = new WireReader(bytes[sizeof(short)..]);
        var stored = GroupMetadataValue.Read(ref reader, BinaryPrimitives.ReadInt16BigEndian(bytes.Span));
        if (reader.Error != WireError.None)
        {
            return false;
        }

        store.Group(group).Restore(
            stored.Generation,
            stored.ProtocolType,
            stored.Protocol,
            stored.Leader,
            stored.Members.Select(member => (MemberOf(group, stored, member), member.Assignment.ToArray())),
            now);
        return true;
    }

    private static JoinGroup MemberOf(string group, GroupMetadataValue stored, GroupMetadataValue.MemberMetadata member) => new(
        default,
        group,
        member.MemberId,
        member.GroupInstanceId,
        member.ClientId,
        member.ClientHost,
        stored.ProtocolType,
        stored.Protocol is { } protocol ? [new GroupProtocol(protocol, member.Subscription.ToArray())] : [],
        TimeSpan.FromMilliseconds(member.SessionTimeout),
        TimeSpan.FromMilliseconds(member.RebalanceTimeout > 0 ? member.RebalanceTimeout : member.SessionTimeout),
        MustKnowMemberId: false);

    private static byte[] Encode(short version, Action<WireWriter> body)
    {
        using var writer = new WireWriter();
        writer.WriteInt16(version);
        body(writer);
        var bytes = new byte[writer.Length];
        var at = 0;
        foreach (var segment in writer.Segments)
        {
            segment.Span.CopyTo(bytes.AsSpan(at));
            at += segment.Length;
        }

        return bytes;
    }
}
