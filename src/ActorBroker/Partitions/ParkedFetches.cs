using ActorBroker.Messages;
using Akka.Actor;

namespace ActorBroker.Partitions;

/// <summary>Fetches that wait for data.</summary>
/// <remarks>Owner: the partition's actor. The consumer that parked a fetch takes it back when its time is over.</remarks>
internal sealed class ParkedFetches
{
    private readonly Dictionary<(IActorRef Consumer, RequestId Id), Fetch> _parked = [];
    private readonly List<(IActorRef Consumer, Fetch Fetch)> _snapshot = [];

    public int Count => _parked.Count;

    public void Add(IActorRef consumer, Fetch fetch) => _parked[(consumer, fetch.Id)] = fetch;

    public Fetch? Find(IActorRef consumer, RequestId id) => _parked.GetValueOrDefault((consumer, id));

    /// <summary>Takes back one fetch; null when it was answered before.</summary>
    public Fetch? Remove(IActorRef consumer, RequestId id) => _parked.Remove((consumer, id), out var fetch) ? fetch : null;

    /// <summary>The fetches as they are now; the list is valid until the next call, the collection may change meanwhile.</summary>
    public List<(IActorRef Consumer, Fetch Fetch)> All()
    {
        _snapshot.Clear();
        foreach (var (key, fetch) in _parked)
        {
            _snapshot.Add((key.Consumer, fetch));
        }

        return _snapshot;
    }

    public void Clear() => _parked.Clear();
}
