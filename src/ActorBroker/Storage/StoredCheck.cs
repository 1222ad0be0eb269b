using ActorBroker.Controller;
using ActorBroker.Controller.Replication;

namespace ActorBroker.Storage;

/// <summary>What the serializer cannot see in events and snapshots that it has read: gaps within lists, and parts that contradict each other.
/// What passes can be applied to any state.</summary>
internal static class StoredCheck
{
    /// <summary>What is wrong, for people; null: nothing.</summary>
    public static string? ProblemOf(object stored) => stored switch
    {
        TopicCreated topic => ProblemOf(topic),
        PartitionsAdded added => ProblemOf(added.Replicas),
        TopicConfigured configured => ProblemOf(configured.Configs),
        LeadersElected elected => elected.Topics.Contains(null!) ? "a topic is null" : null,
        MovesStarted started => started.Moves.Contains(null!) ? "a move is null" : null,
        ControllerSnapshot snapshot => ProblemOf(snapshot),
        SingleNodeSnapshot snapshot => snapshot.Topics.Select(topic => topic is null ? "a topic is null" : ProblemOf(topic)).FirstOrDefault(IsProblem),
        MetadataReplicaState state => ProblemOf(state),
        _ => null,
    };

    private static bool IsProblem(string? problem) => problem is not null;

    private static string? ProblemOf(TopicCreated topic) => ProblemOf(topic.Replicas) ?? ProblemOf(topic.Configs);

    private static string? ProblemOf(int[][] replicas) => replicas.Contains(null!) ? "a partition's replicas are null" : null;

    private static string? ProblemOf(Dictionary<string, string> configs) =>
        configs.FirstOrDefault(each => each.Value is null) is { Key: { } name } ? $"setting {name} is null" : null;

    private static string? ProblemOf(ControllerSnapshot snapshot) =>
        snapshot.Nodes.Contains(null!) ? "a node is null"
        : snapshot.Topics.Contains(null!) ? "a topic is null"
        : snapshot.Topics.DistinctBy(topic => topic.Topic.Name).Count() < snapshot.Topics.Length ? "two topics have the same name"
        : snapshot.Topics.DistinctBy(topic => topic.Topic.TopicId).Count() < snapshot.Topics.Length ? "two topics have the same id"
        : snapshot.Topics.Select(ProblemOf).FirstOrDefault(IsProblem);

    private static string? ProblemOf(StoredTopic stored)
    {
        var replicas = stored.Topic.Replicas;
        return ProblemOf(stored.Topic)
            ?? (stored.Leaders.Length != replicas.Length || stored.Epochs.Length != replicas.Length
                ? $"topic {stored.Topic.Name} has {replicas.Length} partitions, {stored.Leaders.Length} leaders and {stored.Epochs.Length} epochs"
            : stored.Moves.Contains(null!) ? "a move is null"
            : stored.Moves.DistinctBy(move => move.Partition).Count() < stored.Moves.Length ? $"topic {stored.Topic.Name} has two moves of one partition"
            : Array.Exists(stored.Moves, move => move.Partition < 0 || move.Partition >= replicas.Length || !replicas[move.Partition].Contains(move.From))
                ? $"topic {stored.Topic.Name} has a move from where it has no replica"
            : null);
    }

    private static string? ProblemOf(MetadataReplicaState state)
    {
        IEnumerable<StoredMembership> memberships = state.StartingOver is { } over ? [.. state.Memberships, over.Membership] : state.Memberships;
        return memberships.Select(ProblemOf).FirstOrDefault(IsProblem);
    }

    private static string? ProblemOf(StoredMembership? membership)
    {
        if (membership is null || membership.Voters.Length == 0)
        {
            return "a membership has no voters";
        }

        StoredReplica?[] all = [.. membership.Voters, .. membership.Learners];
        return all.Contains(null) ? "a replica is null"
            : all.Distinct().Count() < all.Length ? "a membership has a replica twice"
            : null;
    }
}
