using System.Collections.Immutable;
using ActorBroker.Client.Cluster;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using Akka.Actor;

namespace ActorBroker.Client.Consuming;

/// <summary>Who commits: a member of a generation, or nobody in particular.</summary>
internal sealed record GroupIdentity(int Generation, string MemberId)
{
    public static readonly GroupIdentity Nobody = new(-1, "");
}

/// <summary>Sends commits one after the other, so that an older one never overtakes a newer one.</summary>
/// <remarks>Runs inside the engine actor, and calls back there.</remarks>
internal sealed class CommitQueue(ClusterAccess cluster, ConsumerSettings settings, IActorRef self, CancellationToken ended)
{
    private readonly Queue<Job> _jobs = new();
    private Job? _sent;

    public bool IsIdle => _sent is null;

    /// <param name="offsets">None: <paramref name="done"/> is told when everything before has an outcome.</param>
    /// <param name="done">Told the outcome; null: stored.</param>
    public void Add(ImmutableArray<(TopicPartition Partition, Offset Offset)> offsets, GroupIdentity identity, Action<BrokerException?> done)
    {
        _jobs.Enqueue(new Job(offsets, identity, done));
        SendNext();
    }

    /// <summary>The answer to what was sent last.</summary>
    public void OnDone(CommitDone done)
    {
        var job = _sent;
        Check.That(job is not null);
        _sent = null;
        job.Done(done.Error);
        SendNext();
    }

    /// <summary>What was not sent or not answered has failed.</summary>
    public void End(BrokerException error)
    {
        Job[] open = [.. _sent is null ? _jobs : _jobs.Prepend(_sent)];
        _jobs.Clear();
        _sent = null;
        foreach (var job in open)
        {
            job.Done(error);
        }
    }

    private void SendNext()
    {
        while (_sent is null && !ended.IsCancellationRequested && _jobs.TryDequeue(out var job))
        {
            if (job.Offsets.IsEmpty)
            {
                job.Done(null);
            }
            else
            {
                _sent = job;
                Send(job);
            }
        }
    }

    private void Send(Job job)
    {
        var request = new CommitGroupOffsets(
            settings.GroupId,
            job.Identity.Generation,
            job.Identity.MemberId,
            job.Identity.Generation < 0 ? "" : settings.InstanceId,
            [.. job.Offsets.Select(one => new GroupOffset(one.Partition, one.Offset, LeaderEpoch.None, ""))]);
        cluster.AskAnyAsync<GroupOffsetsCommitted>(request, cluster.Settings.RequestTimeout, ended)
            .PipeTo(self, self, reply => new CommitDone(ErrorOf(request, reply)), error => new CommitDone(AsBrokerError(error)));
    }

    private static GroupException? ErrorOf(CommitGroupOffsets request, GroupOffsetsCommitted reply)
    {
        for (var i = 0; i < Math.Min(reply.Outcomes.Length, request.Offsets.Length); i++)
        {
            if (reply.Outcomes[i] is var error && error != SessionError.None)
            {
                return new GroupException(error, $"Group {request.GroupId} does not take position {request.Offsets[i].Offset} of {request.Offsets[i].Partition}: {error}.");
            }
        }

        return null;
    }

    private static BrokerException AsBrokerError(Exception error) => error as BrokerException
        ?? new BrokerException(SessionError.None, false, $"The commit failed: {error.Message}", error);

    private sealed record Job(ImmutableArray<(TopicPartition Partition, Offset Offset)> Offsets, GroupIdentity Identity, Action<BrokerException?> Done);
}

/// <summary>The commit under way has ended.</summary>
internal sealed record CommitDone(BrokerException? Error);
