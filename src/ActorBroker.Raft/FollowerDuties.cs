namespace ActorBroker.Raft;

/// <summary>What a follower or learner does with its leader's requests: takes records, cuts off what the leader has not, begins anew.</summary>
/// <remarks>Source: Raft §5.3, with epoch histories in place of single steps back (KIP-595).</remarks>
internal sealed class FollowerDuties(RaftState state, Election election)
{
    private InstallRequest? _install;
    private long _heardSentAt;
    private long _leaderStart;
    private long _acknowledged;

    /// <summary>Takes records or a heartbeat of this epoch.</summary>
    public void OnAppend(AppendRequest request)
    {
        Check.That(request.FromOffset >= 0 && request.EndOffset >= request.FromOffset);
        if (!Accept(request, request.SentAt))
        {
            return;
        }

        if (_install is not null)
        {
            Answer(AppendOutcome.StartingOver, request.FromOffset, _install.StartOffset);
            return;
        }

        var from = request.FromOffset;
        if (from > state.Log.End || (from > state.Log.Commit && !AgreesBefore(from, request.PrevEpoch)))
        {
            AnswerDiverged(request);
            return;
        }

        if (FindBrokenCommit(request) is { } what)
        {
            state.Violated(what);
            return;
        }

        var hasAppended = TakeEntries(request);
        state.MatchedTo(request.EndOffset);
        state.CommitTo(Math.Min(request.Commit, state.Matched));
        FollowStart(request.LogStart);
        if (!hasAppended || state.Log.Durable >= state.Matched || state.Fault.HasFlag(RaftFault.AcknowledgesUndurable))
        {
            AnswerMatched(from);
        }
    }

    /// <summary>The leader does not have what this log needs next.</summary>
    public void OnInstall(InstallRequest request)
    {
        Check.That(request.StartOffset > 0 && request.Epochs.Length > 0);
        Check.That(request.Membership.Offset < request.StartOffset);
        if (!Accept(request, request.SentAt))
        {
            return;
        }

        var start = request.StartOffset;
        if (_install is not null)
        {
            Answer(AppendOutcome.StartingOver, start, _install.StartOffset);
            return;
        }

        if (start <= state.Log.Commit || (start <= state.Log.End && AgreesBefore(start, request.Epochs[^1].Epoch)))
        {
            // Nothing is missing here. What is behind the start may count in a commit, so it must stay.
            state.MatchedTo(start);
            state.CommitTo(start);
            AnswerMatched(start);
            return;
        }

        _install = request;
        state.BeginStartOver(new StartOverPoint(start, request.Membership));
        state.Emit(new StartOver(request.From, start, request.Epochs));
        Answer(AppendOutcome.StartingOver, start, start);
    }

    /// <summary>The log has begun anew.</summary>
    public void OnStartedOver(long startOffset)
    {
        Check.That(_install is not null && _install.StartOffset == startOffset);
        var epochs = _install.Epochs;
        _install = null;
        state.FinishStartOver(epochs);
        _acknowledged = 0;
        if (state.Leader is not null && state.Role != RaftRole.Leader)
        {
            AnswerMatched(startOffset);
        }
    }

    public void OnStartOverFailed(long startOffset)
    {
        Check.That(_install is not null && _install.StartOffset == startOffset);
        _install = null;
        state.GiveUpStartOver();
    }

    /// <summary>More is durable: the leader may count it.</summary>
    public void OnDurable()
    {
        if (state.Leader is not null && _install is null && Acknowledgeable > _acknowledged)
        {
            AnswerMatched(Acknowledgeable);
        }
    }

    /// <summary>Tells the sender that its epoch is over.</summary>
    public void RefuseOld(RaftMessage message)
    {
        switch (message)
        {
            case AppendRequest append:
                Refuse(append, append.FromOffset);
                break;
            case InstallRequest install:
                Refuse(install, install.StartOffset);
                break;
            default:
                break;    // an answer, or a hand-over, that nobody waits for any more
        }
    }

    private long Acknowledgeable => Math.Min(state.Matched, state.Fault.HasFlag(RaftFault.AcknowledgesUndurable) ? state.Log.End : state.Log.Durable);

    private bool Accept(RaftMessage request, long sentAt)
    {
        Check.That(request.Epoch == state.Epoch);
        if (state.Role == RaftRole.Leader || (state.Leader is { } leader && leader != request.From))
        {
            state.Violated($"{request.From} leads in epoch {request.Epoch}, and so does {state.Leader}");
            return false;
        }

        if (state.Leader is null)
        {
            (_heardSentAt, _leaderStart, _acknowledged) = (sentAt, 0, 0);
        }

        state.Rest(request.From);
        _heardSentAt = Math.Max(_heardSentAt, sentAt);
        election.HeardLeader();
        return true;
    }

    private bool AgreesBefore(long offset, int epoch) =>
        state.Log.Epochs.EpochBefore(offset) == epoch || state.Fault.HasFlag(RaftFault.SkipsLogMatching);

    /// <summary>Appends what is not here yet, after cutting off what the leader has otherwise.</summary>
    private bool TakeEntries(AppendRequest request)
    {
        var from = EndOfSame(request);
        if (from == request.EndOffset)
        {
            return false;
        }

        if (from < state.Log.End)
        {
            state.TruncateTo(from);
        }

        foreach (var entry in request.Memberships)
        {
            if (entry.Offset >= from)
            {
                Check.That(entry.Offset < request.EndOffset && entry.Epoch == request.EntriesEpoch);
                state.ChangeMembership(entry);
            }
        }

        state.Log.Append(request.EntriesEpoch, request.EndOffset);
        state.Emit(new AppendReceived(from, request.EndOffset, request.EntriesEpoch));
        return true;
    }

    /// <summary>Up to where this log has what the request brings. A request that was overtaken must not cut off what came after it.</summary>
    private long EndOfSame(AppendRequest request)
    {
        var known = Math.Min(Math.Max(request.FromOffset, state.Log.Commit), request.EndOffset);
        if (known >= state.Log.End || known == request.EndOffset || state.Log.Epochs.EpochAt(known) != request.EntriesEpoch)
        {
            return known;
        }

        var same = state.Log.Epochs.EndOf(request.EntriesEpoch, state.Log.End);
        return Math.Min(same.EndOffset, request.EndOffset);
    }

    /// <summary>Whether following this leader would change what is committed here. The leader of a later epoch has all that is committed, so
    /// then someone broke a promise.</summary>
    private string? FindBrokenCommit(AppendRequest request)
    {
        var (log, from) = (state.Log, request.FromOffset);
        if (from > log.Start && from <= log.Commit && !AgreesBefore(from, request.PrevEpoch))
        {
            return $"leader {request.From} has epoch {request.PrevEpoch} before offset {from}, committed here is epoch {log.Epochs.EpochBefore(from)}";
        }

        var (first, end) = (Math.Max(from, log.Start), Math.Min(request.EndOffset, log.Commit));
        return first < end && (log.Epochs.EpochAt(first) != request.EntriesEpoch || log.Epochs.EpochAt(end - 1) != request.EntriesEpoch)
            ? $"leader {request.From} sends offsets {from}..{request.EndOffset} of epoch {request.EntriesEpoch}, "
                + $"committed here are epochs {log.Epochs.EpochAt(first)} to {log.Epochs.EpochAt(end - 1)}"
            : null;
    }

    private void FollowStart(long leaderStart)
    {
        if (leaderStart > state.Log.Start && leaderStart > _leaderStart && leaderStart <= state.Log.Commit)
        {
            _leaderStart = leaderStart;
            state.Emit(new LeaderStartMoved(leaderStart));
        }
    }

    private void AnswerMatched(long requestOffset)
    {
        _acknowledged = Acknowledgeable;
        Answer(AppendOutcome.Matched, requestOffset, _acknowledged);
    }

    /// <summary>The latest point where the logs may agree, as far as this side can tell: what is committed here is the same there.</summary>
    private void AnswerDiverged(AppendRequest request)
    {
        var log = state.Log;
        var before = Math.Min(request.FromOffset, log.End);
        var candidate = Math.Max(log.Epochs.EndOf(request.PrevEpoch, before).EndOffset, log.Commit);
        Check.AtMost(candidate, request.FromOffset);
        Answer(AppendOutcome.Diverged, request.FromOffset, candidate);
    }

    private void Answer(AppendOutcome outcome, long requestOffset, long endOffset)
    {
        Check.That(state.Leader is not null);
        var hint = outcome == AppendOutcome.Diverged ? state.Log.Epochs.EpochBefore(endOffset) : EpochHistory.None;
        state.Send(new AppendResponse(state.Self, state.Leader.Value, state.Epoch, outcome, requestOffset, endOffset, hint, _heardSentAt));
    }

    /// <summary>Without the request's tick: it was counted in an earlier life of the sender, who may lead again by now.</summary>
    private void Refuse(RaftMessage message, long requestOffset) =>
        state.Send(new AppendResponse(state.Self, message.From, state.Epoch, AppendOutcome.OldEpoch, requestOffset, 0, EpochHistory.None, SentAt: -1));
}
