using ActorBroker.Messages.Sessions;

namespace ActorBroker.Messages.Encoding;

/// <summary>Messages of consumer groups. Fields in the order in which they are written.</summary>
internal static class GroupForms
{
    private const int TwoTextsMin = 8;
    private const int ThreeTextsMin = 12;
    private const int MemberBytesMin = 24;
    private const int OffsetBytesMin = 24;
    private const int PartitionBytesMin = 8;
    private const int ErrorBytes = 4;

    public static readonly MessageForm[] All =
    [
        MessageForm.Of<JoinGroup>(
            "GJ1",
            (to, m) => to.Text(m.GroupId).Text(m.MemberId).Text(m.InstanceId).Text(m.ClientId)
                .Array(m.Protocols, (w, protocol) => w.Text(protocol.Name).Bytes(protocol.Metadata)).Int(m.SessionTimeoutMs).Int(m.RebalanceTimeoutMs),
            (ref from) => new(
                from.Text(), from.Text(), from.Text(), from.Text(), from.Array(TwoTextsMin, (ref r) => new GroupProtocol(r.Text(), r.Bytes())), from.Int(), from.Int())),
        MessageForm.Of<GroupJoined>(
            "JG1",
            (to, m) => to.Error(m.Error).Int(m.Generation).Text(m.ProtocolName).Text(m.LeaderId).Text(m.MemberId)
                .Array(m.Members, (w, member) => w.Text(member.MemberId).Text(member.InstanceId).Bytes(member.Metadata)),
            (ref from) => new(
                from.Error(), from.Int(), from.Text(), from.Text(), from.Text(), from.Array(ThreeTextsMin, (ref r) => new GroupJoinedMember(r.Text(), r.Text(), r.Bytes())))),
        MessageForm.Of<SyncGroup>(
            "GS1",
            (to, m) => to.Text(m.GroupId).Int(m.Generation).Text(m.MemberId).Text(m.InstanceId).Text(m.ProtocolName)
                .Array(m.Assignments, (w, one) => w.Text(one.MemberId).Bytes(one.Assignment)),
            (ref from) => new(
                from.Text(), from.Int(), from.Text(), from.Text(), from.Text(), from.Array(TwoTextsMin, (ref r) => new GroupAssignment(r.Text(), r.Bytes())))),
        MessageForm.Of<GroupSynced>(
            "SG1", (to, m) => to.Error(m.Error).Text(m.ProtocolName).Bytes(m.Assignment), (ref from) => new(from.Error(), from.Text(), from.Bytes())),
        MessageForm.Of<HeartbeatGroup>(
            "GH1",
            (to, m) => to.Text(m.GroupId).Int(m.Generation).Text(m.MemberId).Text(m.InstanceId),
            (ref from) => new(from.Text(), from.Int(), from.Text(), from.Text())),
        MessageForm.Of<LeaveGroup>(
            "GL1", (to, m) => to.Text(m.GroupId).Text(m.MemberId).Text(m.InstanceId), (ref from) => new(from.Text(), from.Text(), from.Text())),
        MessageForm.Of<GroupReply>("GR1", (to, m) => to.Error(m.Error), (ref from) => new(from.Error())),
        MessageForm.Of<CommitGroupOffsets>(
            "GO1",
            (to, m) => to.Text(m.GroupId).Int(m.Generation).Text(m.MemberId).Text(m.InstanceId).Array(m.Offsets, Write),
            (ref from) => new(from.Text(), from.Int(), from.Text(), from.Text(), from.Array(OffsetBytesMin, ReadOffset))),
        MessageForm.Of<GroupOffsetsCommitted>(
            "OG1", (to, m) => to.Array(m.Outcomes, (w, error) => w.Error(error)), (ref from) => new(from.Array(ErrorBytes, (ref r) => r.Error()))),
        MessageForm.Of<FetchGroupOffsets>(
            "GF1",
            (to, m) => to.Text(m.GroupId).OptionalArray(m.Partitions, (w, partition) => w.Partition(partition)),
            (ref from) => new(from.Text(), from.OptionalArray(PartitionBytesMin, (ref r) => r.Partition()))),
        MessageForm.Of<GroupOffsetsFetched>(
            "FG1", (to, m) => to.Error(m.Error).Array(m.Offsets, Write), (ref from) => new(from.Error(), from.Array(OffsetBytesMin, ReadOffset))),
        MessageForm.Of<FindGroups>("FA1", (_, _) => { }, (ref _) => FindGroups.Instance),
        MessageForm.Of<GroupsFound>(
            "AF1",
            (to, m) => to.Array(m.Groups, (w, group) => w.Text(group.GroupId).Text(group.ProtocolType).Text(group.State)),
            (ref from) => new(from.Array(ThreeTextsMin, (ref r) => new GroupListing(r.Text(), r.Text(), r.Text())))),
        MessageForm.Of<FindGroup>("GD1", (to, m) => to.Text(m.GroupId), (ref from) => new(from.Text())),
        MessageForm.Of<GroupFound>(
            "DG1",
            (to, m) => to.Text(m.GroupId).Error(m.Error).Text(m.State).Text(m.ProtocolType).Text(m.ProtocolName).Array(m.Members, Write),
            (ref from) => new(from.Text(), from.Error(), from.Text(), from.Text(), from.Text(), from.Array(MemberBytesMin, ReadMember))),
        MessageForm.Of<ForgetGroup>("GX1", (to, m) => to.Text(m.GroupId), (ref from) => new(from.Text())),
        MessageForm.Of<ForgetGroupOffsets>(
            "XO1",
            (to, m) => to.Text(m.GroupId).Array(m.Partitions, (w, partition) => w.Partition(partition)),
            (ref from) => new(from.Text(), from.Array(PartitionBytesMin, (ref r) => r.Partition()))),
    ];

    private static void Write(PayloadWriter to, GroupOffset offset) =>
        to.Partition(offset.Partition).At(offset.Offset).Epoch(offset.Epoch).Text(offset.Metadata);

    private static GroupOffset ReadOffset(ref PayloadReader from) => new(from.Partition(), from.At(), from.Epoch(), from.Text());

    private static void Write(PayloadWriter to, GroupFoundMember member) => to.Text(member.MemberId).Text(member.InstanceId)
        .Text(member.ClientId).Text(member.ClientHost).Bytes(member.Metadata).Bytes(member.Assignment);

    private static GroupFoundMember ReadMember(ref PayloadReader from) =>
        new(from.Text(), from.Text(), from.Text(), from.Text(), from.Bytes(), from.Bytes());
}
