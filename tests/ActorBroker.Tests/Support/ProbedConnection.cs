using System.Threading.Channels;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;
using ActorBroker.Sessions.Transport;

namespace ActorBroker.Tests.Support;

/// <summary>A client without a socket: one request, one answer.</summary>
internal sealed class ProbedConnection : IClientConnection
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Channel<byte[]> _requests = Channel.CreateUnbounded<byte[]>();
    private readonly TaskCompletionSource<byte[]> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Client => "test";

    public string Address => "test";

    public long BytesTaken => 0;

    public async Task<TResponse> AskAsync<TResponse>(IRequest request, short version)
        where TResponse : IResponse
    {
        using var writer = new WireWriter();
        RequestEncoder.Encode(writer, version, 1, "test", request);
        Assert.True(_requests.Writer.TryWrite(writer.ToArray()));
        var frame = await _answer.Task.WaitAsync(Patience);
        return Decode<TResponse>(request, version, frame.AsMemory(FrameReader.LengthBytes));
    }

    public string? Loss => null;

    public async ValueTask WaitAsync() => await _requests.Reader.WaitToReadAsync();

    public int Receive(Span<byte> buffer)
    {
        if (!_requests.Reader.TryRead(out var bytes))
        {
            return _requests.Reader.Completion.IsCompleted ? ReceiveOutcome.End : ReceiveOutcome.Nothing;
        }

        bytes.CopyTo(buffer);
        return bytes.Length;
    }

    public ValueTask<bool> SendAsync(IReadOnlyList<ReadOnlyMemory<byte>> segments)
    {
        _answer.SetResult([.. segments.SelectMany(segment => segment.ToArray())]);
        return ValueTask.FromResult(true);
    }

    public void Dispose()
    {
        _requests.Writer.TryComplete();
        _answer.TrySetException(new EndOfStreamException("the connection was closed before the answer"));
    }

    private static TResponse Decode<TResponse>(IRequest request, short version, ReadOnlyMemory<byte> frame)
        where TResponse : IResponse
    {
        var reader = new WireReader(frame);
        var response = ResponseDecoder.Decode(request.Api, version, ref reader, out _);
        Assert.Equal(WireError.None, reader.Error);
        return (TResponse)response!;
    }
}
