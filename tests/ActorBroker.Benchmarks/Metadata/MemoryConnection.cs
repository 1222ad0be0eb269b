using System.Threading.Channels;
using ActorBroker.Sessions.Transport;

namespace ActorBroker.Benchmarks.Metadata;

/// <summary>A client without a network. One request at a time.</summary>
internal sealed class MemoryConnection : IClientConnection
{
    private readonly Channel<byte[]> _requests = Channel.CreateUnbounded<byte[]>();
    private readonly Channel<long> _answers = Channel.CreateUnbounded<long>();

    public string Client => "bench";

    public string Address => "bench";

    public long BytesTaken => 0;

    /// <summary>Sends a frame; the size of the answer.</summary>
    public async Task<long> AskAsync(byte[] frame)
    {
        await _requests.Writer.WriteAsync(frame);
        return await _answers.Reader.ReadAsync();
    }

    public string? Loss => null;

    public async ValueTask WaitAsync() => await _requests.Reader.WaitToReadAsync();

    public int Receive(Span<byte> buffer)
    {
        if (!_requests.Reader.TryRead(out var frame))
        {
            return _requests.Reader.Completion.IsCompleted ? ReceiveOutcome.End : ReceiveOutcome.Nothing;
        }

        frame.CopyTo(buffer);
        return frame.Length;
    }

    public async ValueTask<bool> SendAsync(IReadOnlyList<ReadOnlyMemory<byte>> segments)
    {
        await _answers.Writer.WriteAsync(segments.Sum(segment => (long)segment.Length));
        return true;
    }

    public void Dispose() => _requests.Writer.TryComplete();
}
