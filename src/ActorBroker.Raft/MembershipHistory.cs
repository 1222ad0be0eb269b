using System.Collections.Immutable;

namespace ActorBroker.Raft;

/// <summary>The memberships that the log's entries brought, back to the one in force at the log's start. The last one is in force, committed
/// or not (Raft dissertation §4.1).</summary>
internal sealed class MembershipHistory
{
    private readonly List<MembershipAt> _entries;

    /// <param name="stored">What was made durable, with entries whose records the log has not or no more.</param>
    /// <param name="log">The recovered log, which decides.</param>
    public MembershipHistory(IEnumerable<MembershipAt> stored, RaftLog log)
    {
        _entries = [.. stored.Where(entry => entry.Offset < log.Start || (entry.Offset < log.End && log.Epochs.EpochAt(entry.Offset) == entry.Epoch))];
        Check.That(_entries.Count > 0);
        for (var i = 1; i < _entries.Count; i++)
        {
            Check.That(_entries[i - 1].Offset < _entries[i].Offset);
        }
    }

    public MembershipAt InForce => _entries[^1];

    public Membership Current => _entries[^1].Membership;

    public ImmutableArray<MembershipAt> All => [.. _entries];

    public void Append(MembershipAt entry)
    {
        Check.That(entry.Offset > InForce.Offset);
        Check.That(entry.Epoch >= InForce.Epoch);
        _entries.Add(entry);
    }

    /// <summary>Takes back what entries at or after <paramref name="end"/> brought.</summary>
    /// <returns>Whether another membership is in force now.</returns>
    public bool TruncateTo(long end)
    {
        Check.That(_entries[0].Offset < end);
        return _entries.RemoveAll(entry => entry.Offset >= end) > 0;
    }

    /// <summary>Forgets what was superseded before <paramref name="start"/>.</summary>
    public void DropBefore(long start)
    {
        var inForceAtStart = _entries.FindLastIndex(entry => entry.Offset < start);
        Check.That(inForceAtStart >= 0);
        _entries.RemoveRange(0, inForceAtStart);
    }

    public void Replace(MembershipAt only)
    {
        _entries.Clear();
        _entries.Add(only);
    }

    /// <summary>Whether nobody but this replica ever was a voter, as far back as the group's creation.</summary>
    public bool HadNoVoterBut(ReplicaId replica) =>
        _entries[0].Offset < 0 && _entries.TrueForAll(entry => entry.Membership.Voters.Length == 1 && entry.Membership.IsVoter(replica));

    /// <summary>Whether a replica is a voter by the last membership known to be committed, or by one after it.</summary>
    public bool MayBeVoter(ReplicaId replica, long commit)
    {
        for (var i = _entries.Count - 1; i >= 0; i--)
        {
            if (_entries[i].Membership.IsVoter(replica))
            {
                return true;
            }

            if (_entries[i].Offset < commit)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>What the entries from an offset on, before another, brought.</summary>
    public ImmutableArray<MembershipAt> Between(long from, long end) =>
        InForce.Offset < from ? [] : [.. _entries.Where(entry => entry.Offset >= from && entry.Offset < end)];

    /// <summary>What was in force for the record before an offset.</summary>
    public MembershipAt Before(long offset) => _entries.FindLast(entry => entry.Offset < offset) ?? _entries[0];
}
