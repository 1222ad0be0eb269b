using System.Net;
using System.Net.Sockets;
using ActorBroker.Sessions.Transport;

namespace ActorBroker.Tests.Sessions;

public sealed class SocketConnectionTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Socket _client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly SocketConnection _connection;

    public SocketConnectionTests()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _client.Connect(listener.LocalEndPoint!);
        _connection = new SocketConnection(listener.Accept());
    }

    public void Dispose()
    {
        _connection.Dispose();
        _client.Dispose();
    }

    [Fact]
    public async Task Segments_of_all_sizes_arrive_in_order()
    {
        var random = new Random(3);
        int[] sizes = [1, 60, 512, 513, 5_000, 1, 2, 3, 300_000, 512, .. Enumerable.Repeat(200, 300), 9_000_000, 7];
        var segments = sizes.Select(size =>
        {
            var bytes = new byte[size];
            random.NextBytes(bytes);
            return new ReadOnlyMemory<byte>(bytes);
        }).ToList();

        var sending = _connection.SendAsync(segments).AsTask();
        var received = new byte[sizes.Sum()];
        for (var at = 0; at < received.Length;)
        {
            at += await _client.ReceiveAsync(received.AsMemory(at)).AsTask().WaitAsync(Patience);
        }

        await sending.WaitAsync(Patience);
        Assert.Equal(segments.SelectMany(segment => segment.ToArray()), received);
    }

    [Fact]
    public async Task What_a_client_takes_can_be_seen_before_all_is_sent()
    {
        const int Half = 30_000_000;
        var sending = _connection.SendAsync([new byte[2 * Half]]).AsTask();

        await ReadAsync(Half);
        using var late = new CancellationTokenSource(Patience);
        while (_connection.BytesTaken < Half)
        {
            late.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.False(sending.IsCompleted);
        await ReadAsync(Half);
        await sending.WaitAsync(Patience);
    }

    private async Task ReadAsync(int bytes)
    {
        var buffer = new byte[1 << 20];
        while (bytes > 0)
        {
            bytes -= await _client.ReceiveAsync(buffer.AsMemory(0, Math.Min(bytes, buffer.Length))).AsTask().WaitAsync(Patience);
        }
    }
}
