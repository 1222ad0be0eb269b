using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace ActorBroker.Cli.Tests.Support;

/// <summary>Stands between client and broker, and swallows chosen answers together with their connection: the broker has done what
/// was asked, and the client cannot know.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _sockets = [];
    private readonly Func<int, bool> _swallows;
    private int _answers;
    private Task _accepting = Task.CompletedTask;

    /// <param name="swallows">Says for the n-th answer, from 1 and over all connections, whether it is lost.</param>
    public CuttingProxy(Func<int, bool> swallows)
    {
        _swallows = swallows;
        _listener.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Bootstrap => $"127.0.0.1:{Port}";

    public int Cuts { get; private set; }

    public void Forward(int port) => _accepting = AcceptAsync(port);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        CloseAll();
        await _accepting;
    }

    private async Task AcceptAsync(int port)
    {
        var pumps = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                var broker = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                lock (_sockets)
                {
                    _sockets.Add(client);
                    _sockets.Add(broker);
                }

                await broker.ConnectAsync(IPAddress.Loopback, port);
                pumps.Add(PumpAsync(client, broker));
                pumps.Add(PumpAnswersAsync(broker, client));
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            CloseAll();
        }

        await Task.WhenAll(pumps);
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count) await to.SendAsync(buffer.AsMemory(0, count));
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // One side is gone: so is the other, below.
        }

        from.Dispose();
        to.Dispose();
    }

    private async Task PumpAnswersAsync(Socket broker, Socket client)
    {
        try
        {
            await using var stream = new NetworkStream(broker);
            var head = new byte[4];
            while (await stream.ReadAtLeastAsync(head, 4, throwOnEndOfStream: false) == 4)
            {
                var frame = new byte[4 + BinaryPrimitives.ReadInt32BigEndian(head)];
                head.CopyTo(frame, 0);
                await stream.ReadExactlyAsync(frame.AsMemory(4));
                if (_swallows(Interlocked.Increment(ref _answers)))
                {
                    Cuts++;
                    break;
                }

                await client.SendAsync(frame);
            }
        }
        catch (Exception end) when (end is SocketException or IOException or ObjectDisposedException)
        {
            // One side is gone: so is the other, below.
        }

        broker.Dispose();
        client.Dispose();
    }

    private void CloseAll()
    {
        lock (_sockets)
        {
            foreach (var socket in _sockets) socket.Dispose();
        }
    }
}
