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

        Assert.True(await sending.WaitAsync(Patience));
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

    [Fact]
    public async Task What_has_come_is_received_and_nothing_is_waited_for()
    {
        var buffer = new byte[4];
        Assert.Equal(ReceiveOutcome.Nothing, _connection.Receive(buffer));
        var wait = _connection.WaitAsync().AsTask();
        Assert.False(wait.IsCompleted);

        await _client.SendAsync(new byte[] { 1, 2, 3, 4, 5, 6 });
        await wait.WaitAsync(Patience);

        Assert.Equal(4, _connection.Receive(buffer));
        await _connection.WaitAsync();
        Assert.Equal(2, _connection.Receive(buffer));
        Assert.Equal([5, 6, 3, 4], buffer);
        Assert.Equal(ReceiveOutcome.Nothing, _connection.Receive(buffer));
    }

    [Fact]
    public async Task A_client_that_closes_its_side_is_at_the_end_without_a_loss()
    {
        var wait = _connection.WaitAsync().AsTask();
        _client.Shutdown(SocketShutdown.Send);
        await wait.WaitAsync(Patience);

        Assert.Equal(ReceiveOutcome.End, _connection.Receive(new byte[1]));
        Assert.Null(_connection.Loss);
        Assert.True(await _connection.SendAsync([new byte[1]]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_connection_that_is_reset_is_an_outcome_of_receive_and_send(int segments)
    {
        var wait = _connection.WaitAsync().AsTask();
        Reset();
        await wait.WaitAsync(Patience);

        Assert.Equal(ReceiveOutcome.End, _connection.Receive(new byte[1]));
        Assert.Equal("ConnectionReset", _connection.Loss);
        Assert.False(await _connection.SendAsync([.. Enumerable.Range(0, segments).Select(_ => new ReadOnlyMemory<byte>(new byte[1000]))]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_send_that_a_reset_ends_is_an_outcome(int segments)
    {
        var sending = _connection.SendAsync([.. Enumerable.Range(0, segments).Select(_ => new ReadOnlyMemory<byte>(new byte[10_000_000]))]).AsTask();
        await ReadAsync(1_000_000);
        Reset();

        Assert.False(await sending.WaitAsync(Patience));
        Assert.NotNull(_connection.Loss);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task What_is_under_way_ends_when_the_connection_is_disposed(int segments)
    {
        var wait = _connection.WaitAsync().AsTask();
        var sending = _connection.SendAsync([.. Enumerable.Range(0, segments).Select(_ => new ReadOnlyMemory<byte>(new byte[10_000_000]))]).AsTask();
        _connection.Dispose();

        await wait.WaitAsync(Patience);
        Assert.False(await sending.WaitAsync(Patience));
    }

    private void Reset()
    {
        _client.LingerState = new LingerOption(enable: true, 0);
        _client.Close();
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
