using System.Collections.Immutable;
using ActorBroker.Groups;
using ActorBroker.Log;
using ActorBroker.Messages;
using Akka.Actor;

namespace ActorBroker.Tests.Groups;

/// <summary>Drives a <see cref="Group"/> without actors: commands in, the replies of each number out, a clock that moves when told.</summary>
internal sealed class GroupDriver
{
    public static readonly GroupSettings Settings = new(
        OffsetsPartitions: 1,
        OffsetMetadataBytesMax: 4096,
        InitialRebalanceDelay: TimeSpan.Zero,
        SessionTimeoutMin: TimeSpan.FromSeconds(1),
        SessionTimeoutMax: TimeSpan.FromMinutes(30),
        MembersMax: 3,
        OffsetsRetention: TimeSpan.FromDays(7));

    private readonly Dictionary<long, object> _replies = [];
    private long _calls;

    public GroupDriver(GroupSettings? settings = null) => Group = new Group("g", settings ?? Settings);

    public Group Group { get; }

    public long Now { get; private set; } = 1_000_000;

    /// <summary>Joins; the number under which the reply comes.</summary>
    public long Join(string memberId = "", string? instance = null, bool mustKnowId = false, string type = "consumer", int sessionSeconds = 10, int rebalanceSeconds = 60, string metadata = "", params string[] protocols)
    {
        var call = ++_calls;
        var names = protocols.Length == 0 ? ["range"] : protocols;
        Group.Join(
            new JoinGroup(
                new RequestId(call, 0), "g", memberId, instance, "client", "/host", type,
                [.. names.Select(name => new GroupProtocol(name, System.Text.Encoding.UTF8.GetBytes(metadata)))],
                TimeSpan.FromSeconds(sessionSeconds), TimeSpan.FromSeconds(rebalanceSeconds), mustKnowId),
            ActorRefs.Nobody,
            Now);
        Collect();
        return call;
    }

    public long Sync(JoinedGroup member, params (string MemberId, byte Assignment)[] assignments) =>
        Sync(member.MemberId, member.Generation, null, "range", assignments);

    public long Sync(string memberId, int generation, string? instance = null, string? protocol = "range", params (string MemberId, byte Assignment)[] assignments)
    {
        var call = ++_calls;
        Group.Sync(
            new SyncGroup(
                new RequestId(call, 0), "g", generation, memberId, instance, "consumer", protocol,
                assignments.ToImmutableDictionary(pair => pair.MemberId, pair => new[] { pair.Assignment })),
            ActorRefs.Nobody,
            Now);
        Collect();
        return call;
    }

    public void Stored(bool isStored = true)
    {
        Group.Stored(Group.Generation, isStored, Now);
        Collect();
    }

    public GroupError Heartbeat(JoinedGroup member) => Heartbeat(member.MemberId, member.Generation);

    public GroupError Heartbeat(string memberId, int generation, string? instance = null)
    {
        var error = Group.Heartbeat(new GroupHeartbeat(default, "g", generation, memberId, instance), Now);
        Collect();
        return error;
    }

    public GroupError Leave(string memberId, string? instance = null)
    {
        var error = Group.Leave(new LeavingMember(memberId, instance), Now);
        Collect();
        return error;
    }

    public GroupError Commit(string memberId, int generation, string? instance = null) =>
        Group.CheckCommit(
            new CommitOffsets(default, "g", generation, memberId, instance, [(new TopicPartition("t", 0), new CommittedOffset(new Offset(1), LeaderEpoch.None, "", 0))]),
            Now);

    public void Pass(double seconds)
    {
        Now += (long)(seconds * 1000);
        Group.Tick(Now);
        Collect();
    }

    public bool HasReply(long call) => _replies.ContainsKey(call);

    public JoinedGroup Joined(long call) => Assert.IsType<JoinedGroup>(_replies[call]);

    public SyncedGroup Synced(long call) => Assert.IsType<SyncedGroup>(_replies[call]);

    /// <summary>A stable group of so many members that all know each other; the first leads.</summary>
    public JoinedGroup[] Stable(int members = 1)
    {
        var first = Joined(Join());
        var calls = new List<long>();
        for (var i = 1; i < members; i++)
        {
            calls.Add(Join());
        }

        if (members > 1)
        {
            calls.Insert(0, Join(first.MemberId));
        }

        var joined = members == 1 ? [first] : calls.Select(Joined).ToArray();
        var syncs = joined.Select(member => Sync(member, [.. joined.Select((each, i) => (each.MemberId, (byte)(i + 1)))])).ToArray();
        Stored();
        Assert.All(syncs, sync => Assert.Equal(GroupError.None, Synced(sync).Error));
        Assert.Equal(GroupState.Stable, Group.State);
        return joined;
    }

    private void Collect()
    {
        foreach (var (_, reply) in Group.Outbox)
        {
            var id = reply switch
            {
                JoinedGroup joined => joined.Id,
                SyncedGroup synced => synced.Id,
                _ => throw new InvalidOperationException(reply.ToString()),
            };
            Assert.True(_replies.TryAdd(id.Call, reply), $"two replies to call {id.Call}");
        }

        Group.Outbox.Clear();
    }
}
