using ActorBroker.Controller;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Tells which partitions are on their way to another node (KIP-455). Partitions that stay where they are are left out.</summary>
internal sealed class ListPartitionReassignmentsHandler()
    : RequestHandler<ListPartitionReassignmentsRequest>(ApiKey.ListPartitionReassignments, 0, 0)
{
    protected override void Handle(PendingRequest request, ListPartitionReassignmentsRequest body)
    {
        var image = request.Node.Metadata.Current;
        var response = new ListPartitionReassignmentsResponse();
        if (body.Topics is { } wanted)
        {
            foreach (var topic in wanted)
            {
                if (image.Topic(topic.Name) is { } known)
                {
                    var numbers = topic.PartitionIndexes.Where(number => number >= 0 && number < known.Partitions.Length).Distinct();
                    Add(response, known, numbers.Select(number => known.Partitions[number]));
                }
            }
        }
        else
        {
            foreach (var topic in image.Topics.Values.OrderBy(topic => topic.Name, StringComparer.Ordinal))
            {
                Add(response, topic, topic.Partitions);
            }
        }

        request.Reply(response);
    }

    private static void Add(ListPartitionReassignmentsResponse response, TopicImage topic, IEnumerable<PartitionImage> partitions)
    {
        ListPartitionReassignmentsResponse.OngoingTopicReassignment? moving = null;
        foreach (var partition in partitions)
        {
            if (partition.Move is not { } move)
            {
                continue;
            }

            if (moving is null)
            {
                moving = new() { Name = topic.Name };
                response.Topics.Add(moving);
            }

            moving.Partitions.Add(new()
            {
                PartitionIndex = partition.Number,
                Replicas = [move.From.Value, move.To.Value],
                AddingReplicas = [move.To.Value],
                RemovingReplicas = [move.From.Value],
            });
        }
    }
}
