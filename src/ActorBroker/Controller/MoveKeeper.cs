using System.Collections.Immutable;
using ActorBroker.Messages;
using Akka.Event;

namespace ActorBroker.Controller;

/// <summary>Plans, while this node leads the metadata log, which partitions move, and sees to it that every move ends.</summary>
/// <remarks>A move in three records: <see cref="MovesStarted"/>, upon which the target copies the log, has the source hand over and says that
/// it is ready; then <see cref="MoveFinished"/> or <see cref="MoveCancelled"/>, whichever comes first in the log. The source takes
/// nothing after it has handed over until it reads one of the two, so no order of events loses a record.</remarks>
internal sealed class MoveKeeper(ILeadership leadership)
{
    private static readonly TimeSpan PlanInterval = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<long, TimeSpan> _started = [];
    private readonly Dictionary<TopicPartition, NodeId> _asked = [];
    private readonly Dictionary<TopicPartition, TimeSpan> _failedUntil = [];
    private readonly HashSet<long> _ending = [];
    private TimeSpan _steadySince;
    private TimeSpan _nextPlan;
    private int _finished;
    private string _nodesSeen = "";

    /// <summary>A person says where partitions shall be: those go before all others.</summary>
    public void Move(MovePartitions command, CommandSender sender, Func<ImmutableArray<NodeId>, string?> wrongReplicas)
    {
        var refusals = ImmutableArray.CreateBuilder<MoveRefusal?>(command.Targets.Length);
        foreach (var target in command.Targets)
        {
            refusals.Add(Take(target, wrongReplicas));
        }

        leadership.Reply(sender, new MovesPlanned(command.Id, refusals.ToImmutable()));
        Plan();
    }

    public void OnReady(ReportMoveReady ready)
    {
        var move = ready.Move;
        if (Find(move.TopicId, move.Partition) is not { Move: { } under } partition || under.Number != move.Number)
        {
            return;
        }

        if (move.Epoch <= partition.Epoch.Value)
        {
            // It has not seen all that the source led through: it cannot hold what the source holds.
            Cancel(move.TopicId, move.Partition, under, $"its copy would lead in epoch {move.Epoch}, and the partition is in epoch {partition.Epoch}");
            return;
        }

        if (!_ending.Add(move.Number))
        {
            return;
        }

        leadership.Propose([move], isCommitted =>
        {
            _ending.Remove(move.Number);
            if (isCommitted && leadership.Committed.Topic(move.TopicId) is { } topic)
            {
                leadership.Log.Debug("{0}-{1} moved from node {2} to node {3}, epoch {4}", topic.Name, move.Partition, under.From, under.To, move.Epoch);
                _finished++;
                // Not in waves: those of one wave meet at every step, at the disk above all.
                if (_finished >= Math.Min(leadership.Settings.Cluster.MovesMax, leadership.Settings.Cluster.MovesPerNodeMax) / 8)
                {
                    Plan();
                }
            }
        });
    }

    public void OnFailed(ReportMoveFailed failed)
    {
        if (Find(failed.TopicId, failed.Partition) is { Move: { } move } && move.Number == failed.Number)
        {
            Cancel(failed.TopicId, failed.Partition, move, failed.Reason);
        }
    }

    public void OnTick()
    {
        WatchOverMoves();
        if (leadership.Now >= _nextPlan)
        {
            Plan();
        }
    }

    public void Abandon()
    {
        _started.Clear();
        _ending.Clear();
        _asked.Clear();
        _failedUntil.Clear();
        _nodesSeen = "";
    }

    private MoveRefusal? Take(PartitionTarget target, Func<ImmutableArray<NodeId>, string?> wrongReplicas)
    {
        var name = target.Partition;
        if (leadership.Tip.Image.Topic(name.Topic) is not { } topic || topic.Partition(name.Partition) is not { } partition)
        {
            return new MoveRefusal(ControllerError.UnknownPartition, $"There is no partition {name}.");
        }

        if (target.Replicas.IsEmpty)
        {
            if (partition.Move is null && !_asked.Remove(name))
            {
                return new MoveRefusal(ControllerError.NoMoveUnderWay, $"{name} does not move.");
            }

            if (partition.Move is { } move)
            {
                Cancel(topic.Id, partition.Number, move, "it was taken back");
            }

            return null;
        }

        if (wrongReplicas(target.Replicas) is { } wrong)
        {
            return new MoveRefusal(ControllerError.InvalidAssignment, $"{name}: {wrong}");
        }

        if (partition.Move is { } other && other.To != target.Replicas[0])
        {
            Cancel(topic.Id, partition.Number, other, $"it goes to node {target.Replicas[0]} instead");
        }

        if (!partition.Replicas.Contains(target.Replicas[0]))
        {
            _asked[name] = target.Replicas[0];
        }

        return null;
    }

    /// <summary>Starts the next moves, as many as may be under way at a time.</summary>
    private void Plan()
    {
        _finished = 0;
        _nextPlan = leadership.Now + PlanInterval;
        var image = leadership.Tip.Image;
        var settings = leadership.Settings.Cluster;
        var planned = PlanAsked(image);
        if (planned.Count == 0 && (IsSteady(image) || image.Nodes.Values.Any(node => node.Status == NodeStatus.Draining)))
        {
            planned.AddRange(Balancer.Plan(image, settings.MovesMax, settings.MovesPerNodeMax).Where(move => !IsFailed(move.Partition)));
        }

        if (planned.Count == 0)
        {
            return;
        }

        var number = leadership.Tip.MoveNumbersEnd;
        var moves = planned.Select(move => new StartedMove(
            image.Topics[move.Partition.Topic].Id, move.Partition.Partition, number++, move.From.Value, move.To.Value)).ToArray();
        leadership.Log.Info("Moving {0} partitions: {1}", moves.Length, Summary(planned));
        leadership.Propose([new MovesStarted(moves)]);
    }

    private List<Balancer.PlannedMove> PlanAsked(ClusterImage image)
    {
        List<Balancer.PlannedMove> planned = [];
        var free = leadership.Settings.Cluster.MovesMax - image.Topics.Values.Sum(topic => topic.Partitions.Count(partition => partition.Move is not null));
        foreach (var (name, to) in _asked.ToArray())
        {
            if (planned.Count >= free)
            {
                break;
            }

            if (image.Partition(name) is not { } partition || partition.Replicas.Contains(to) || !image.IsOnline(to))
            {
                _asked.Remove(name);
            }
            else if (partition is { Move: null, Leader: var from } && image.IsOnline(from))
            {
                _asked.Remove(name);
                planned.Add(new Balancer.PlannedMove(name, from, to));
            }
        }

        return planned;
    }

    /// <summary>Balance is looked for only when nodes have neither come nor gone for a while: a node that is started again is soon back.</summary>
    private bool IsSteady(ClusterImage image)
    {
        var nodes = string.Join(' ', image.Nodes.Values.OrderBy(node => node.Id.Value).Select(node => $"{node.Id}{node.Status}"));
        if (nodes != _nodesSeen)
        {
            (_nodesSeen, _steadySince) = (nodes, leadership.Now);
        }

        return leadership.Now - _steadySince >= leadership.Settings.Cluster.BalanceDelay && image.Nodes.Values.All(node => node.Status != NodeStatus.Offline);
    }

    private void WatchOverMoves()
    {
        var image = leadership.Tip.Image;
        var present = new HashSet<long>();
        foreach (var topic in image.Topics.Values)
        {
            foreach (var partition in topic.Partitions)
            {
                if (partition.Move is not { } move)
                {
                    continue;
                }

                present.Add(move.Number);
                _started.TryAdd(move.Number, leadership.Now);
                if (!image.IsOnline(move.To) || !image.IsOnline(move.From))
                {
                    Cancel(topic.Id, partition.Number, move, "one of the two nodes is offline");
                }
                else if (leadership.Now - _started[move.Number] > leadership.Settings.Cluster.MoveTimeout)
                {
                    Cancel(topic.Id, partition.Number, move, $"it took longer than {leadership.Settings.Cluster.MoveTimeout} (broker.cluster.move-timeout)");
                }
            }
        }

        foreach (var ended in _started.Keys.Where(number => !present.Contains(number)).ToArray())
        {
            _started.Remove(ended);
        }
    }

    private void Cancel(Guid topicId, int partition, PartitionMove move, string reason)
    {
        if (!_ending.Add(move.Number))
        {
            return;
        }

        var topic = leadership.Tip.Image.Topic(topicId)!;
        var name = new TopicPartition(topic.Name, partition);
        leadership.Log.Warning("{0} stays on node {1}: its move to node {2} ends, {3}", name, move.From, move.To, reason);
        _failedUntil[name] = leadership.Now + leadership.Settings.Cluster.MoveRetryDelay;
        leadership.Propose([new MoveCancelled(topicId, partition, move.Number)], _ => _ending.Remove(move.Number));
    }

    private bool IsFailed(TopicPartition partition)
    {
        if (!_failedUntil.TryGetValue(partition, out var until))
        {
            return false;
        }

        if (leadership.Now < until)
        {
            return true;
        }

        _failedUntil.Remove(partition);
        return false;
    }

    private PartitionImage? Find(Guid topicId, int partition) =>
        leadership.Tip.Image.Topic(topicId)?.Partition(partition);

    private static string Summary(List<Balancer.PlannedMove> moves) => string.Join(", ", moves
        .GroupBy(move => (move.From, move.To))
        .Select(group => group.Count() == 1 ? $"{group.First().Partition} from node {group.Key.From} to {group.Key.To}" : $"{group.Count()} from node {group.Key.From} to {group.Key.To}"));
}
