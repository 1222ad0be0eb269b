using System.Text;
using ActorBroker.Kafka;

namespace ActorBroker.Cli.Client;

/// <summary>Words for the protocol's error codes.</summary>
internal static class ErrorText
{
    /// <summary>The broker's own sentence if it sent one, else ours, with the code's protocol name behind it.</summary>
    public static string Of(ErrorCode error, string? detail = null)
    {
        var text = string.IsNullOrWhiteSpace(detail) ? Sentence(error) : detail.ReplaceLineEndings(" ").TrimEnd('.');
        return text is null ? NameOf(error) : $"{text} ({NameOf(error)})";
    }

    /// <summary><c>NOT_LEADER_OR_FOLLOWER</c>, as the protocol's documents write it; the number for a code of a newer broker.</summary>
    public static string NameOf(ErrorCode error)
    {
        if (!Enum.IsDefined(error)) return $"error code {(short)error}";
        var name = new StringBuilder();
        foreach (var letter in error.ToString())
        {
            if (char.IsUpper(letter) && name.Length > 0) name.Append('_');
            name.Append(char.ToUpperInvariant(letter));
        }

        return name.ToString();
    }

    private static string? Sentence(ErrorCode error) => error switch
    {
        ErrorCode.UnknownTopicOrPartition => "it does not exist: see `topics list`, or create it with `topics create`",
        ErrorCode.TopicAlreadyExists => "it exists already: choose another name, or delete it with `topics delete`",
        ErrorCode.InvalidTopicException => "a topic name has 1 to 249 letters, digits, '.', '_' or '-', and internal topics are not for clients",
        ErrorCode.InvalidPartitions => "the number of partitions must be at least 1, and can only grow",
        ErrorCode.InvalidReplicationFactor => "the replication factor must be at least 1 and at most the number of brokers",
        ErrorCode.MessageTooLarge => "a batch is above the topic's max.message.bytes: lower --batch-bytes, or raise that setting",
        ErrorCode.OffsetOutOfRange => "the offset is outside what the partition holds: see `topics describe`",
        ErrorCode.LeaderNotAvailable => "the partition has no leader now: try again, or see `topics describe`",
        ErrorCode.NotEnoughReplicas => "fewer replicas are in sync than min.insync.replicas asks for: start the missing brokers",
        ErrorCode.GroupIdNotFound => "no such group: see `groups list`",
        ErrorCode.InvalidRecord => "the broker refuses a record: a compacted topic needs keys",
        ErrorCode.OutOfOrderSequenceNumber => "the broker lost track of this producer: check the end of the topic, then produce the rest again",
        _ => null,
    };
}
