using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;

namespace ActorBroker.Benchmarks.Cluster;

/// <summary>One connection to one node of this machine. Answers come in the order of the requests. After an error: make another one.</summary>
internal sealed class KafkaClient : IDisposable
{
    /// <summary>The last version of Fetch that names topics; later ones have their ids.</summary>
    private const short FetchByName = 12;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private KafkaClient()
    {
    }

    /// <exception cref="SocketException">Nobody listens.</exception>
    public static async Task<KafkaClient> ConnectAsync(int port, CancellationToken end)
    {
        var client = new KafkaClient();
        try
        {
            await client._socket.ConnectAsync(IPAddress.Loopback, port, end);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public static byte[] Frame(IRequest request)
    {
        using var writer = new WireWriter();
        RequestEncoder.Encode(writer, VersionOf(request.Api), 1, "bench", request);
        return writer.ToArray();
    }

    /// <summary>Sends a frame and receives the one that answers it, without its length.</summary>
    /// <exception cref="IOException">The node closed the connection.</exception>
    /// <exception cref="SocketException">The connection broke.</exception>
    public async Task<byte[]> ExchangeAsync(byte[] frame, CancellationToken end)
    {
        await SendAsync(frame, end);
        return await ReceiveAsync(end);
    }

    /// <summary>Sends a frame; others whose answers are not here yet may be before it.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> frame, CancellationToken end)
    {
        while (!frame.IsEmpty)
        {
            frame = frame[await _socket.SendAsync(frame, end)..];
        }
    }

    /// <summary>The next answer, without its length.</summary>
    public async Task<byte[]> ReceiveAsync(CancellationToken end)
    {
        var length = new byte[FrameReader.LengthBytes];
        await ReceiveAsync(length, end);
        var answer = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await ReceiveAsync(answer, end);
        return answer;
    }

    public async Task<T> AskAsync<T>(IRequest request, CancellationToken end)
        where T : IResponse =>
        Decode<T>(request.Api, await ExchangeAsync(Frame(request), end));

    public static T Decode<T>(ApiKey api, byte[] answer)
        where T : IResponse
    {
        var reader = new WireReader(answer);
        var body = ResponseDecoder.Decode(api, VersionOf(api), ref reader, out _);
        return reader.Error == WireError.None && body is T response ? response : throw new IOException($"the answer to {api} cannot be read: {reader.Error}");
    }

    /// <summary>One request on a connection of its own.</summary>
    public static async Task<T> AskOnceAsync<T>(int port, IRequest request, CancellationToken end)
        where T : IResponse
    {
        using var client = await ConnectAsync(port, end);
        return await client.AskAsync<T>(request, end);
    }

    public void Dispose() => _socket.Dispose();

    private static short VersionOf(ApiKey api) => api == ApiKey.Fetch ? FetchByName : ApiVersions.Advertise[api].Max;

    private async Task ReceiveAsync(Memory<byte> bytes, CancellationToken end)
    {
        while (!bytes.IsEmpty)
        {
            var count = await _socket.ReceiveAsync(bytes, end);
            if (count == 0)
            {
                throw new IOException("the node closed the connection");
            }

            bytes = bytes[count..];
        }
    }
}
