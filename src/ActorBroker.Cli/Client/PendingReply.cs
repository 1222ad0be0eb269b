using System.Buffers.Binary;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;

namespace ActorBroker.Cli.Client;

/// <summary>A request on its way, waiting for its answer. Answers come in the order of the requests.</summary>
internal sealed class PendingReply(ApiKey key, short version, int correlationId)
{
    private readonly TaskCompletionSource<Reply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<Reply> Task => _reply.Task;

    public void Fail(Exception cause) => _reply.TrySetException(cause);

    /// <summary>Takes the bytes of the answer; the reply owns them from now on.</summary>
    /// <returns>Null, or what is wrong with them.</returns>
    public string? Complete(byte[] frame, int length)
    {
        var bytes = frame.AsMemory(0, length);
        var reader = new WireReader(bytes);
        int answered;
        IResponse? body;
        if (IsUnknownVersion(bytes.Span))
        {
            answered = reader.ReadInt32();
            body = new ApiVersionsResponse { ErrorCode = (short)ErrorCode.UnsupportedVersion };
        }
        else
        {
            body = ResponseDecoder.Decode(key, version, ref reader, out answered);
        }

        if (answered != correlationId) return $"it answers request {answered} where the answer to {correlationId} is due";
        if (body is null || reader.Error != WireError.None) return $"its {key} answer in version {version} cannot be read ({reader.Error})";
        _reply.TrySetResult(new Reply(body, frame));
        return null;
    }

    /// <summary>A broker that does not know our version of ApiVersions should answer in version 0 (KIP-511); librdkafka's mock mixes the
    /// two. The error is at the same place in all of them, and all that counts.</summary>
    private bool IsUnknownVersion(ReadOnlySpan<byte> frame) =>
        key == ApiKey.ApiVersions && frame.Length >= 6
        && (ErrorCode)BinaryPrimitives.ReadInt16BigEndian(frame[4..]) == ErrorCode.UnsupportedVersion;
}
