using System.Collections.Immutable;
using ActorBroker.Controller;
using ActorBroker.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>The replicas of partitions as a metadata answer lists them. Thousands of partitions have their replicas on a few nodes:
/// those with one replica share the lists of its node.</summary>
/// <remarks>For one answer, made from one image. The lists are only to be read.</remarks>
internal sealed class ReplicaLists(ClusterImage image)
{
    private static readonly List<int> None = [];
    private readonly Dictionary<NodeId, Lists> _byOnlyReplica = [];

    public Lists Of(ImmutableArray<NodeId> replicas)
    {
        if (replicas is not [var only])
        {
            return Make(replicas);
        }

        if (!_byOnlyReplica.TryGetValue(only, out var lists))
        {
            lists = Make(replicas);
            _byOnlyReplica.Add(only, lists);
        }

        return lists;
    }

    private Lists Make(ImmutableArray<NodeId> replicas)
    {
        var all = new List<int>(replicas.Length);
        var online = new List<int>(replicas.Length);
        foreach (var replica in replicas)
        {
            all.Add(replica.Value);
            if (image.IsOnline(replica))
            {
                online.Add(replica.Value);
            }
        }

        return online.Count == all.Count
            ? new Lists(all, all, None)
            : new Lists(all, online, [.. all.Except(online)]);
    }

    /// <param name="All">The preferred leader first.</param>
    internal readonly record struct Lists(List<int> All, List<int> Online, List<int> Offline);
}
