namespace ActorBroker.Raft.Tests.Simulation;

/// <summary>A message in one line, for traces.</summary>
internal static class MessageText
{
    public static string Of(RaftMessage message) => $"{message.From}>{message.To} " + message switch
    {
        VoteRequest ask => $"{(ask.IsPreVote ? "pre-vote" : ask.IsTransfer ? "vote by transfer" : "vote")} for epoch {ask.ForEpoch}, log of epoch {ask.LastEpoch} to {ask.EndOffset}",
        VoteResponse answer => $"{(answer.IsGranted ? "yes" : "no")} to {(answer.IsPreVote ? "pre-vote" : "vote")} for epoch {answer.ForEpoch}, from epoch {answer.Epoch}",
        AppendRequest { HasEntries: false } probe => $"epoch {probe.Epoch}: nothing at {probe.FromOffset} after epoch {probe.PrevEpoch}, commit {probe.Commit}",
        AppendRequest append => $"epoch {append.Epoch}: {append.FromOffset}..{append.EndOffset} of epoch {append.EntriesEpoch} after epoch {append.PrevEpoch}, commit {append.Commit}",
        InstallRequest install => $"epoch {install.Epoch}: start over at {install.StartOffset}",
        AppendResponse { Outcome: AppendOutcome.Diverged } answer => $"epoch {answer.Epoch}: diverged before {answer.RequestOffset}, perhaps agreed to {answer.EndOffset} of epoch {answer.HintEpoch}",
        AppendResponse answer => $"epoch {answer.Epoch}: {answer.Outcome} at {answer.RequestOffset}, durable to {answer.EndOffset}",
        TimeoutNow now => $"epoch {now.Epoch}: stand now, all is committed to {now.Commit}",
        _ => message.ToString(),
    };
}
