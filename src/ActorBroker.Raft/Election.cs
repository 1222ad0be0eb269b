namespace ActorBroker.Raft;

/// <summary>How a leader is found: a wait of random length, the question whether a vote could be won, the vote.</summary>
/// <remarks>Source: Raft §5.2, §5.4.1; dissertation §4.2.3 (who hears a leader does not vote) and §9.6 (pre-vote).</remarks>
internal sealed class Election
{
    private readonly RaftState _state;
    private readonly HashSet<ReplicaId> _granted = [];
    private int _waited;
    private int _timeout;
    private int _sinceLeader;
    private bool _isTransfer;

    public Election(RaftState state)
    {
        _state = state;
        // A replica cannot know what it heard before it was restarted, so it assumes to have heard a leader just now: a leader's lease
        // counts on that. Only who has been the sole voter ever since the group was created knows better: a sole voter that was left
        // over may have a leader that is about to leave.
        StartWaiting();
        if (state.Epoch == 0)
        {
            _sinceLeader = state.Options.ElectionTicksMin;    // it is new, so it never heard anyone
        }

        if (state.Memberships.HadNoVoterBut(state.Self) && (state.Vote is null || state.Vote == state.Self))
        {
            _timeout = 1;
        }
    }

    private bool HearsLeader => _state.Role == RaftRole.Leader
        || (_sinceLeader < _state.Options.ElectionTicksMin && !_state.Fault.HasFlag(RaftFault.ForgetsLeader));

    /// <summary>The leader of this epoch is alive.</summary>
    public void HeardLeader()
    {
        _sinceLeader = 0;
        StartWaiting();
    }

    /// <summary>This replica gave up leading: nothing binds it to itself.</summary>
    public void SteppedDown()
    {
        _sinceLeader = _state.Options.ElectionTicksMin;
        StartWaiting();
    }

    /// <returns>Whether this replica is elected.</returns>
    public bool Tick()
    {
        _waited++;
        _sinceLeader++;
        return _waited >= _timeout && StandNow();
    }

    /// <summary>Does not wait any longer.</summary>
    /// <returns>Whether this replica is elected.</returns>
    public bool StandNow() => _state.MayStand && _state.StartingOver is null && AskAround();

    /// <summary>Stands at once, as the leader asked.</summary>
    /// <returns>Whether this replica is elected.</returns>
    public bool StandForTransfer() => Stand(isTransfer: true);

    public void OnRequest(VoteRequest request)
    {
        Check.That(request.ForEpoch == (request.IsPreVote ? request.Epoch + 1 : request.Epoch));
        if (request.IsPreVote)
        {
            Answer(request, request.ForEpoch > _state.Epoch && !HearsLeader && IsUpToDate(request));
            return;
        }

        if (HearsLeader && !request.IsTransfer)
        {
            // Not even the epoch is taken over: one that was cut off and comes back must not unseat a leader that works.
            Answer(request, isGranted: false);
            return;
        }

        if (request.Epoch > _state.Epoch)
        {
            FollowEpoch(request.Epoch);
        }

        var isFree = (_state.Vote is null || _state.Vote == request.From || _state.Fault.HasFlag(RaftFault.VotesTwice))
            && _state.Leader is null && _state.Role is RaftRole.Follower or RaftRole.Learner or RaftRole.PreCandidate;
        var isGranted = request.Epoch == _state.Epoch && isFree && IsUpToDate(request);
        if (isGranted)
        {
            _state.VoteFor(request.From);
            _state.Rest(leader: null);
            StartWaiting();
        }

        Answer(request, isGranted);
    }

    /// <returns>Whether this replica is elected.</returns>
    public bool OnResponse(VoteResponse response)
    {
        var isAwaited = response.IsPreVote
            ? _state.Role == RaftRole.PreCandidate && response.ForEpoch == _state.Epoch + 1
            : _state.Role == RaftRole.Candidate && response.ForEpoch == _state.Epoch;
        if (!isAwaited || !response.IsGranted || !_state.Memberships.Current.IsVoter(response.From))
        {
            return false;
        }

        _granted.Add(response.From);
        return Count();
    }

    /// <summary>Goes on in a later epoch that a message told of.</summary>
    public void FollowEpoch(int epoch)
    {
        var hasLed = _state.Role == RaftRole.Leader;
        _state.FollowEpoch(epoch);
        if (hasLed)
        {
            SteppedDown();
        }
    }

    private bool AskAround()
    {
        if (_state.Fault.HasFlag(RaftFault.SkipsPreVote))
        {
            return Stand(isTransfer: false);
        }

        _state.SetRole(RaftRole.PreCandidate, null);
        return Canvass(isPreVote: true, isTransfer: false);
    }

    private bool Stand(bool isTransfer)
    {
        _state.StandInNextEpoch();
        return Canvass(isPreVote: false, isTransfer);
    }

    private bool Canvass(bool isPreVote, bool isTransfer)
    {
        StartWaiting();
        _isTransfer = isTransfer;
        _granted.Clear();
        _granted.Add(_state.Self);
        if (Count())
        {
            return true;
        }

        var forEpoch = isPreVote ? _state.Epoch + 1 : _state.Epoch;
        foreach (var voter in _state.Memberships.Current.Voters)
        {
            if (voter != _state.Self && _state.Role is RaftRole.PreCandidate or RaftRole.Candidate)
            {
                _state.Send(new VoteRequest(_state.Self, voter, _state.Epoch, forEpoch, _state.Log.LastEpoch, _state.Log.End, isPreVote, _isTransfer));
            }
        }

        return false;
    }

    /// <summary>Goes one step on when the votes suffice: from the question to the vote, from the vote to the office.</summary>
    private bool Count()
    {
        var voters = _state.Memberships.Current.Voters;
        if (voters.Count(_granted.Contains) < Quorum.Of(voters.Length))
        {
            return false;
        }

        return _state.Role == RaftRole.Candidate || Stand(isTransfer: false);
    }

    private bool IsUpToDate(VoteRequest request) =>
        request.LastEpoch > _state.Log.LastEpoch
        || (request.LastEpoch == _state.Log.LastEpoch && request.EndOffset >= _state.Log.End)
        || _state.Fault.HasFlag(RaftFault.VotesForShorterLogs);

    private void Answer(VoteRequest request, bool isGranted) =>
        _state.Send(new VoteResponse(_state.Self, request.From, _state.Epoch, request.ForEpoch, request.IsPreVote, isGranted));

    private void StartWaiting()
    {
        _waited = 0;
        _timeout = _state.Random.Next(_state.Options.ElectionTicksMin, _state.Options.ElectionTicksMax);
    }
}
