using System.Collections.Immutable;
using ActorBroker.Messages;

namespace ActorBroker.Groups;

/// <summary>The groups and positions of one partition of <c>__consumer_offsets</c>.</summary>
/// <remarks>Owner: the partition's coordinator.</remarks>
internal sealed class GroupStore(GroupSettings settings)
{
    private readonly Dictionary<string, Group> _groups = [];
    private readonly Dictionary<string, Dictionary<TopicPartition, CommittedOffset>> _offsets = [];

    public IEnumerable<Group> Groups => _groups.Values;

    public IEnumerable<(string Group, TopicPartition Partition, CommittedOffset Offset)> Offsets =>
        _offsets.SelectMany(group => group.Value.Select(offset => (group.Key, offset.Key, offset.Value)));

    /// <summary>Records that would hold all of it.</summary>
    public int LiveRecords => _groups.Count + _offsets.Values.Sum(offsets => offsets.Count);

    /// <summary>The group; a new and empty one when it is not known.</summary>
    public Group Group(string id)
    {
        if (!_groups.TryGetValue(id, out var group))
        {
            _groups[id] = group = new Group(id, settings);
        }

        return group;
    }

    public Group? FindGroup(string id) => _groups.GetValueOrDefault(id);

    public bool Knows(string group) => _groups.ContainsKey(group) || _offsets.ContainsKey(group);

    public IReadOnlyDictionary<TopicPartition, CommittedOffset> OffsetsOf(string group) =>
        _offsets.TryGetValue(group, out var offsets) ? offsets : new Dictionary<TopicPartition, CommittedOffset>();

    public void Set(string group, TopicPartition partition, CommittedOffset offset)
    {
        if (!_offsets.TryGetValue(group, out var offsets))
        {
            _offsets[group] = offsets = [];
        }

        offsets[partition] = offset;
    }

    public void Forget(string group, TopicPartition partition)
    {
        if (_offsets.TryGetValue(group, out var offsets) && offsets.Remove(partition) && offsets.Count == 0)
        {
            _offsets.Remove(group);
        }
    }

    public void ForgetGroup(string group) => _groups.Remove(group);

    /// <summary>What groups without members may forget: positions older than <paramref name="before"/> (milliseconds), and the group
    /// itself when no position is left. A consumer that never commits leaves such a group behind each time it runs.</summary>
    public IEnumerable<(string Group, ImmutableArray<TopicPartition> Positions, bool AlsoGroup)> Expired(long before)
    {
        foreach (var id in Ids.ToArray())
        {
            if (FindGroup(id) is { } group && (group.State != GroupState.Empty || group.NeedsTicks))
            {
                continue;
            }

            var offsets = OffsetsOf(id);
            var old = offsets.Where(offset => offset.Value.CommittedAt < before).Select(offset => offset.Key).ToImmutableArray();
            if (old.Length > 0 || offsets.Count == 0)
            {
                yield return (id, old, AlsoGroup: old.Length == offsets.Count);
            }
        }
    }

    /// <summary>Ids of groups that have positions, whether or not they have members.</summary>
    public IEnumerable<string> Ids => _groups.Keys.Union(_offsets.Keys);
}
