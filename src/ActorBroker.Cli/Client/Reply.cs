using System.Buffers;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Cli.Client;

/// <summary>An answer and the pooled bytes it points into. Dispose it when the bytes are done with.</summary>
internal sealed class Reply(IResponse body, byte[] frame) : IDisposable
{
    private byte[]? _frame = frame;

    public IResponse Body { get; } = body;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _frame, null) is { } frame) ArrayPool<byte>.Shared.Return(frame);
    }
}
