using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using ActorBroker.Cli.Client;

namespace ActorBroker.Cli.Tests.Client;

public sealed class RawConnectionTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly RawConnection _connection;
    private readonly Socket _broker;

    public RawConnectionTests()
    {
        _listener.Start();
        var address = new BrokerAddress("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
        _connection = RawConnection.Open(address, new BrokerVersions(), new ClientOptions(TimeProvider.System, TimeSpan.FromSeconds(30)), CancellationToken.None);
        _broker = _listener.AcceptSocket();
    }

    public void Dispose()
    {
        _broker.Dispose();
        _connection.Dispose();
        _listener.Dispose();
    }

    [Fact]
    public async Task Frames_of_all_sizes_are_taken_whole_and_in_order()
    {
        var random = new Random(7);
        byte[][] frames = [.. Enumerable.Range(0, 200).Select(i => Filled(i % 10 == 0 ? random.Next(300_000) : random.Next(500), (byte)i))];
        var sending = Task.Run(() => _broker.Send([.. frames.SelectMany(WithLength)]));

        Assert.All(frames, frame => Assert.True(_connection.Receive().Span.SequenceEqual(frame)));

        await sending.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(_connection.TryTake(out _));
    }

    [Fact]
    public void A_closed_connection_is_said_so()
    {
        _broker.Dispose();

        Assert.Contains("it closed the connection", Assert.Throws<ConnectionException>(() => _connection.Receive()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_length_that_cannot_be_is_refused()
    {
        _broker.Send([0xff, 0, 0, 0]);

        Assert.Contains("is it a Kafka listener?", Assert.Throws<ConnectionException>(() => _connection.Receive()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposing_it_ends_what_blocks()
    {
        var blocked = Task.Factory.StartNew(() => _connection.Receive(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        _connection.Dispose();

        await Assert.ThrowsAsync<ConnectionException>(() => blocked.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void A_broker_that_takes_no_connections_is_given_up()
    {
        using var full = new Socket(SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var address = new BrokerAddress("127.0.0.1", ((IPEndPoint)full.LocalEndPoint!).Port);
        Socket[] waiting = [.. Enumerable.Range(0, 10).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp) { Blocking = false })];
        Assert.All(waiting, socket => Record.Exception(() => socket.Connect(address.Host, address.Port)));
        var options = new ClientOptions(TimeProvider.System, TimeSpan.FromSeconds(30)) { ConnectTimeout = TimeSpan.FromMilliseconds(200) };

        var failure = Assert.Throws<ConnectionException>(() => RawConnection.Open(address, new BrokerVersions(), options, CancellationToken.None));

        Assert.Contains("no connection within 0.2 s", failure.Message, StringComparison.Ordinal);
        Assert.All(waiting, socket => socket.Dispose());
    }

    private static byte[] Filled(int length, byte value)
    {
        var frame = new byte[length];
        Array.Fill(frame, value);
        return frame;
    }

    private static byte[] WithLength(byte[] frame)
    {
        var bytes = new byte[sizeof(int) + frame.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, frame.Length);
        frame.CopyTo(bytes, sizeof(int));
        return bytes;
    }
}
