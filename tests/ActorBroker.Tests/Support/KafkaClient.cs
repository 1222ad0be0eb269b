using System.Buffers.Binary;
using System.Net.Sockets;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;

namespace ActorBroker.Tests.Support;

/// <summary>A Kafka client down at the frames: sends what it is told, in any version, and reads what comes.</summary>
internal sealed class KafkaClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TcpClient _tcp = new();
    private readonly Queue<(ApiKey Key, short Version, int CorrelationId)> _expected = new();
    private int _correlationId;

    public NetworkStream Stream => _tcp.GetStream();

    public static Task<KafkaClient> ConnectAsync(BrokerNode node) => ConnectAsync(node.KafkaHost, node.KafkaPort);

    public static async Task<KafkaClient> ConnectAsync(string host, int port)
    {
        var client = new KafkaClient();
        client._tcp.NoDelay = true;
        await client._tcp.ConnectAsync(host, port);
        return client;
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    public async Task<T> AskAsync<T>(IRequest request, short version) where T : IResponse
    {
        await SendAsync(request, version);
        return await ReadAsync<T>();
    }

    public async Task SendAsync(IRequest request, short version, bool expectAnswer = true)
    {
        using var writer = new WireWriter();
        RequestEncoder.Encode(writer, version, ++_correlationId, "test", request);
        if (expectAnswer)
        {
            _expected.Enqueue((request.Api, version, _correlationId));
        }

        await Stream.WriteAsync(writer.ToArray());
    }

    /// <summary>Reads the next answer, which must be to the oldest request that waits for one.</summary>
    public async Task<T> ReadAsync<T>() where T : IResponse
    {
        var (key, version, correlationId) = _expected.Dequeue();
        var frame = await ReadFrameAsync() ?? throw new EndOfStreamException($"the connection was closed before the answer to {key} v{version}");
        var reader = new WireReader(frame);
        var response = ResponseDecoder.Decode(key, version, ref reader, out var answered);
        Assert.Equal(correlationId, answered);
        Assert.Equal(WireError.None, reader.Error);
        Assert.Equal(0, reader.Remaining);
        return (T)response!;
    }

    /// <summary>The bytes of the next frame; null when the connection is closed.</summary>
    public async Task<byte[]?> ReadFrameAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var length = new byte[4];
        try
        {
            if (await Stream.ReadAtLeastAsync(length, 4, throwOnEndOfStream: false, patience.Token) < 4)
            {
                return null;
            }

            var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
            await Stream.ReadExactlyAsync(frame, patience.Token);
            return frame;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Waits until the node closes the connection.</summary>
    public async Task ExpectClosedAsync() => Assert.Null(await ReadFrameAsync());

    public ValueTask DisposeAsync()
    {
        _tcp.Dispose();
        return ValueTask.CompletedTask;
    }
}
