using ActorBroker.Kafka;

namespace ActorBroker.Cli.Client;

/// <summary>A broker answered with an error code.</summary>
internal sealed class KafkaErrorException(ErrorCode error, string what, string? detail = null)
    : CliException($"{what}: {ErrorText.Of(error, detail)}")
{
    public ErrorCode Error { get; } = error;
}
