namespace ActorBroker.Raft.Tests.Simulation;

/// <summary>Sees every node's log from outside and knows what must never happen. A step touches one node, so that node is checked against what
/// was seen of all before it: the cost does not grow with the history.</summary>
internal sealed class Checker
{
    private readonly Dictionary<int, ReplicaId> _leaders = [];
    private readonly Dictionary<(int Epoch, long Offset), ulong> _seen = [];
    private readonly List<SimEntry> _committed = [];

    /// <summary>Everything before it was committed by some leader; a producer may have been told.</summary>
    public long CommittedEnd => _committed.Count;

    public int LastElectedEpoch { get; private set; }

    public ulong CommittedChainBefore(long offset) => offset == 0 ? 0 : _committed[(int)offset - 1].Chain;

    public long ProposalsCommitted => _committed.Count(entry => entry.Value > 0);

    /// <summary>Takes what a node's log holds before an offset as committed long ago.</summary>
    public void Assume(SimNode node, long commit)
    {
        for (var offset = CommittedEnd; offset < commit; offset++)
        {
            _committed.Add(node.Log[offset]);
        }
    }

    /// <summary>Log matching: an epoch and an offset name one record, with one history before it.</summary>
    public void Appended(SimNode node, long offset)
    {
        var entry = node.Log[offset];
        if (_seen.TryGetValue((entry.Epoch, offset), out var chain))
        {
            Require(chain == entry.Chain, node, $"log matching: two histories end in offset {offset} of epoch {entry.Epoch}");
        }
        else
        {
            _seen.Add((entry.Epoch, offset), entry.Chain);
        }
    }

    public static void Truncated(SimNode node, long end) =>
        Require(end >= node.CommitSeen, node, $"cuts its log off at {end}, committed to {node.CommitSeen}");

    public void StartsOver(SimNode node, long start)
    {
        Require(start <= CommittedEnd, node, $"starts over at {start}, committed to {CommittedEnd}");
        var holdsSame = node.Log.End >= start && node.Log.Start <= start && node.Log.ChainBefore(start) == CommittedChainBefore(start);
        Require(!holdsSame, node, $"starts over at {start} and gives up records that may count in a commit");
    }

    /// <summary>State machine safety, and that a leader commits only what a majority would still have after a crash of all.</summary>
    public void Committed(SimNode node, long commit, IReadOnlyCollection<SimNode> nodes)
    {
        Require(commit > node.CommitSeen, node, $"commit goes back from {node.CommitSeen} to {commit}");
        Require(commit <= node.Log.End, node, $"commit {commit} behind the log's end {node.Log.End}");
        var isFirst = commit > CommittedEnd;
        for (var offset = Math.Max(node.CommitSeen, node.Log.Start); offset < commit; offset++)
        {
            var entry = node.Log[offset];
            if (offset < CommittedEnd)
            {
                Require(_committed[(int)offset].Chain == entry.Chain, node, $"state machine safety: offset {offset} is committed twice, differently");
            }
            else
            {
                Require(offset == CommittedEnd, node, $"commits {offset} and skips {CommittedEnd}");
                _committed.Add(entry);
            }
        }

        Require(node.Log.ChainBefore(commit) == CommittedChainBefore(commit), node, $"another history before commit {commit}");
        node.CommitSeen = commit;
        if (isFirst)
        {
            Require(node.RoleSeen == RaftRole.Leader, node, $"commits {commit} first, without leading");
            var voters = node.Core.Membership.Membership.Voters;
            var holders = nodes.Count(other => voters.Contains(other.Id) && other.Log.DurableEnd >= commit
                && (other.Log.Start > commit || other.Log.ChainBefore(commit) == CommittedChainBefore(commit)));
            Require(holders >= Quorum.Of(voters.Length), node, $"commits {commit}, durable on {holders} of voters {node.Core.Membership.Membership}");
        }
    }

    public void RoleChanged(SimNode node, RaftRole role, int epoch)
    {
        if (role != RaftRole.Leader)
        {
            return;
        }

        Require(!_leaders.TryGetValue(epoch, out var other), node, $"election safety: epoch {epoch} is led by {other} already");
        _leaders.Add(epoch, node.Id);
        LastElectedEpoch = Math.Max(LastElectedEpoch, epoch);
        var end = CommittedEnd;
        Require(node.Log.End >= end && (node.Log.Start > end || node.Log.ChainBefore(end) == CommittedChainBefore(end)), node,
            $"leader completeness: elected in epoch {epoch} with log {node.Log.Start}..{node.Log.End}, committed to {end}");
    }

    /// <summary>The core's own picture of its log is right, and who has a lease leads alone.</summary>
    public void AfterStep(SimNode node, bool hasSteadyClocks)
    {
        var core = node.Core;
        Require(core.LogStart == node.Log.Start && core.LogEnd == node.Log.End && core.DurableEnd == node.Log.DurableEnd, node,
            $"believes in log {core.LogStart}..{core.DurableEnd}..{core.LogEnd}, it is {node.Log.Start}..{node.Log.DurableEnd}..{node.Log.End}");
        Require(core.Commit == node.CommitSeen || core.Commit == core.LogStart, node, $"commit {core.Commit} was announced as {node.CommitSeen}");
        if (core.Role == RaftRole.Leader)
        {
            Require(_leaders[core.Epoch] == node.Id, node, $"leads epoch {core.Epoch} of {_leaders[core.Epoch]}");
            Require(core.Epoch == LastElectedEpoch || core.LeaseTicks == 0 || !hasSteadyClocks, node, $"has a lease in epoch {core.Epoch}, elected is {LastElectedEpoch}");
            Require(core.Commit >= CommittedEnd || core.LeaseTicks == 0 || !hasSteadyClocks, node, $"has a lease and knows commit {core.Commit} of {CommittedEnd}");
        }
    }

    public static void Require(bool holds, SimNode node, FormattableString what)
    {
        if (!holds)
        {
            throw new PromiseBrokenException($"node {node.Id}: {what}");
        }
    }

    private static void Require(bool holds, SimNode node, string what)
    {
        if (!holds)
        {
            throw new PromiseBrokenException($"node {node.Id}: {what}");
        }
    }
}
