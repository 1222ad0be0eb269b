using Akka.Actor;

namespace ActorBroker.Controller;

/// <summary>What a node that starts has to know before it takes part: whether there is a cluster, and whether it may be in it.</summary>
/// <remarks>It asks every member, since a folder of another cluster leads that other cluster all by itself. A new cluster is founded only by the
/// oldest member, and only when all others have said that they know of none.</remarks>
internal sealed class NodeAdmission(ClusterPeers peers, Func<TimeSpan> now)
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(300);

    /// <summary>Somebody who does not answer for so long is not waited for.</summary>
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(3);

    private readonly Dictionary<Address, bool> _answers = [];
    private TimeSpan _nextQuestion;
    private TimeSpan? _upSince;

    /// <summary>The metadata leader has registered this node.</summary>
    public bool IsAccepted { get; private set; }

    /// <summary>The image is up to date from here on.</summary>
    public long Version { get; private set; }

    /// <summary>This member may found a cluster.</summary>
    public bool MayFound => peers.IsOldest && peers.Others.All(other => _answers.TryGetValue(other, out var hasMetadata) && !hasMetadata);

    /// <summary>Nobody objects.</summary>
    public bool MayServe => IsAccepted && peers.IsUp
        && (peers.Others.All(_answers.ContainsKey) || now() - _upSince > AnswersWithin);

    /// <summary>Whether it is time to ask everybody.</summary>
    public bool IsDue()
    {
        if (peers.IsUp)
        {
            _upSince ??= now();
        }

        if (now() < _nextQuestion)
        {
            return false;
        }

        _nextQuestion = now() + AskEvery;
        return true;
    }

    public void Answered(Address from, bool hasMetadata) => _answers[from] = hasMetadata;

    public void Accepted(Address from, long version)
    {
        _answers[from] = true;
        IsAccepted = true;
        Version = version;
    }
}
