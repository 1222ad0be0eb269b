namespace ActorBroker.Raft;

/// <summary>How a leader brings its log to the others: probes where the logs agree, sends ahead, falls back when something is lost.</summary>
/// <remarks>Source: Raft §5.3, dissertation §10.2 (pipelining).</remarks>
internal sealed class Replication(RaftState state)
{
    private readonly List<FollowerProgress> _followers = [];
    private long _lastReadId;

    public IReadOnlyList<FollowerProgress> Followers => _followers;

    public FollowerProgress? Find(ReplicaId id) => _followers.Find(follower => follower.Id == id);

    /// <summary>Begins with nothing known of anybody.</summary>
    public void Begin()
    {
        _followers.Clear();
        FollowMembership();
    }

    /// <summary>Takes in who is new in the membership and forgets who left.</summary>
    public void FollowMembership()
    {
        var membership = state.Memberships.Current;
        _followers.RemoveAll(follower => !membership.Contains(follower.Id));
        foreach (var replica in membership.Voters.Concat(membership.Learners))
        {
            if (replica != state.Self && Find(replica) is null)
            {
                _followers.Add(new FollowerProgress(replica, state.Log.End, state.Now));
            }
        }
    }

    /// <summary>Lets every follower hear from its leader; also the question whether something was lost on the way.</summary>
    public void Heartbeat()
    {
        foreach (var follower in _followers)
        {
            Ask(follower);
        }
    }

    /// <summary>Sends new records to everyone who has room for them.</summary>
    public void SendNew()
    {
        foreach (var follower in _followers)
        {
            ReadNext(follower);
        }
    }

    public void OnResponse(AppendResponse response)
    {
        if (Find(response.From) is not { } follower)
        {
            return;    // removed meanwhile
        }

        follower.Heard(state.Now, response.SentAt);
        switch (response.Outcome)
        {
            case AppendOutcome.Matched:
                OnMatched(follower, response);
                break;
            case AppendOutcome.Diverged:
                OnDiverged(follower, response);
                break;
            case AppendOutcome.StartingOver when follower.State == ProgressState.Replicate:
                follower.Probe(follower.MatchEnd);    // until it takes records again
                break;
            case AppendOutcome.StartingOver or AppendOutcome.OldEpoch:
                break;    // heard; there is nothing to learn for the log
        }
    }

    /// <returns>Whether what was read is sent.</returns>
    public bool OnEntriesRead(long readId, long end, int bytes)
    {
        if (_followers.Find(follower => follower.IsReadingAs(readId)) is not { } follower)
        {
            return false;    // asked for in an earlier leadership, or before the follower fell back
        }

        var from = follower.ReadFrom;
        Check.That(end >= from);
        Check.AtMost(end, state.Log.End);
        follower.EndRead();
        if (from != follower.Next)
        {
            ReadNext(follower);    // it turned out to have more than was known
            return false;
        }

        if (from < state.Log.Start)
        {
            BeginInstall(follower);
            return false;
        }

        if (end == from)
        {
            return false;    // the caller could not read; the next heartbeat's answer starts another try
        }

        var epoch = state.Log.Epochs.EpochAt(from);
        Check.That(state.Log.Epochs.EpochAt(end - 1) == epoch);
        var request = Append(follower, end, epoch);
        follower.Sent(end, bytes);
        state.Emit(new SendEntries(request, readId));
        ReadNext(follower);
        return true;
    }

    /// <summary>The log's start moved: who needs what is gone has to begin anew.</summary>
    public void OnStartMoved()
    {
        foreach (var follower in _followers)
        {
            if (follower.State != ProgressState.Install && follower.Next < state.Log.Start)
            {
                BeginInstall(follower);
            }
        }
    }

    private void OnMatched(FollowerProgress follower, AppendResponse response)
    {
        Check.AtMost(response.EndOffset, state.Log.End);
        Check.AtMost(response.RequestOffset, state.Log.End);
        follower.Acknowledged(response.EndOffset);
        var agreed = Math.Max(response.RequestOffset, response.EndOffset);
        if (follower.State != ProgressState.Replicate && agreed >= follower.Next)
        {
            if (agreed < state.Log.Start)
            {
                BeginInstall(follower);
                return;
            }

            follower.Replicate(agreed);
        }

        ReadNext(follower);
    }

    private void OnDiverged(FollowerProgress follower, AppendResponse response)
    {
        var isOld = response.RequestOffset <= follower.MatchEnd
            || (follower.State == ProgressState.Probe && response.RequestOffset != follower.Next)
            || follower.State == ProgressState.Install;
        if (isOld)
        {
            return;
        }

        // The follower says how far the logs can agree at most, this log's history says the same from its side.
        var mine = state.Log.Epochs.EndOf(response.HintEpoch, Math.Min(response.RequestOffset, state.Log.End));
        var agreed = Math.Max(Math.Min(mine.EndOffset, response.EndOffset), follower.MatchEnd);
        if (agreed < state.Log.Start)
        {
            BeginInstall(follower);
            return;
        }

        Check.That(agreed < response.RequestOffset);
        follower.Probe(agreed);
        Ask(follower);
    }

    private void BeginInstall(FollowerProgress follower)
    {
        follower.Install(state.Log.Start);
        Ask(follower);
    }

    private void Ask(FollowerProgress follower)
    {
        if (follower.State == ProgressState.Install)
        {
            var start = state.Log.Start;
            follower.Install(start);
            state.Send(new InstallRequest(
                state.Self, follower.Id, state.Epoch, start, state.Log.Epochs.Before(start), state.Memberships.Before(start), state.Now));
            return;
        }

        if (follower.Next < state.Log.Start)
        {
            BeginInstall(follower);
            return;
        }

        state.Send(Append(follower, follower.Next, EpochHistory.None));
    }

    private void ReadNext(FollowerProgress follower)
    {
        if (follower.State != ProgressState.Replicate || follower.Next >= state.Log.End || !follower.HasRoom(state.Options))
        {
            return;
        }

        if (follower.Next < state.Log.Start)
        {
            BeginInstall(follower);
            return;
        }

        var epoch = state.Log.Epochs.EpochAt(follower.Next);
        var end = state.Log.Epochs.EndOf(epoch, state.Log.End);
        Check.That(end.Epoch == epoch);
        follower.BeginRead(++_lastReadId);
        state.Emit(new ReadEntries(_lastReadId, follower.Id, follower.Next, end.EndOffset, state.Options.AppendBytesMax));
    }

    private AppendRequest Append(FollowerProgress follower, long end, int entriesEpoch) => new(
        state.Self, follower.Id, state.Epoch, follower.Next, state.Log.Epochs.EpochBefore(follower.Next), end, entriesEpoch,
        state.Memberships.Between(follower.Next, end), state.Log.Commit, state.Log.Start, state.Now);
}
