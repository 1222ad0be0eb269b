using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ActorBroker.Clients.Acceptance.Programs;

/// <summary>
/// Stands between clients and the node and loses chosen answers to produce requests: the node has written the records,
/// the connection ends, the client knows nothing. The node must advertise the proxy's port.
/// </summary>
internal sealed class AnswerLosingProxy : IAsyncDisposable
{
    private const short ProduceKey = 0;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly IReadOnlySet<int> _lose;
    private readonly Task _accepting;
    private Func<Task> _whenLost = () => Task.CompletedTask;
    private int _nodePort;
    private int _answers;
    private int _lost;

    /// <param name="lose">Which answers to produce requests are lost, counted from 1 over all connections.</param>
    public AnswerLosingProxy(IReadOnlySet<int> lose)
    {
        _lose = lose;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public int AnswersLost => _lost;

    /// <summary>Says where the node listens; until then connections are closed at once.</summary>
    /// <param name="whenLost">Runs after the answer came and before its connection ends.</param>
    public void PassTo(int nodePort, Func<Task> whenLost) => (_nodePort, _whenLost) = (nodePort, whenLost);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await Task.WhenAll([_accepting, .. _connections]);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (OperationCanceledException)
        {
            // disposed
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var node = new TcpClient();
        using var eitherEnd = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        using (client)
        {
            try
            {
                await node.ConnectAsync(IPAddress.Loopback, _nodePort, eitherEnd.Token);
            }
            catch (Exception reason) when (reason is SocketException or OperationCanceledException)
            {
                return; // the node is down
            }
            var produces = new ConcurrentDictionary<int, bool>();
            var requests = PassRequestsAsync(client.GetStream(), node.GetStream(), produces, eitherEnd.Token);
            var answers = PassAnswersAsync(node.GetStream(), client.GetStream(), produces, eitherEnd.Token);
            await Task.WhenAny(requests, answers);
            await eitherEnd.CancelAsync();
            await Task.WhenAll(requests, answers);
        }
    }

    private static async Task PassRequestsAsync(
        NetworkStream client, NetworkStream node, ConcurrentDictionary<int, bool> produces, CancellationToken end)
    {
        while (await ReadFrameAsync(client, end) is { } frame)
        {
            if (BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(4)) == ProduceKey)
                produces[BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(8))] = true;
            if (!await WriteAsync(node, frame, end)) return;
        }
    }

    private async Task PassAnswersAsync(
        NetworkStream node, NetworkStream client, ConcurrentDictionary<int, bool> produces, CancellationToken end)
    {
        while (await ReadFrameAsync(node, end) is { } frame)
        {
            if (produces.TryRemove(BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(4)), out _) &&
                _lose.Contains(Interlocked.Increment(ref _answers)))
            {
                await _whenLost();
                Interlocked.Increment(ref _lost);
                return;
            }
            if (!await WriteAsync(client, frame, end)) return;
        }
    }

    /// <returns>A frame with its size in front; null at the end of the connection.</returns>
    private static async Task<byte[]?> ReadFrameAsync(NetworkStream from, CancellationToken end)
    {
        try
        {
            var size = new byte[4];
            await from.ReadExactlyAsync(size, end);
            var frame = new byte[4 + BinaryPrimitives.ReadInt32BigEndian(size)];
            size.CopyTo(frame, 0);
            await from.ReadExactlyAsync(frame.AsMemory(4), end);
            return frame;
        }
        catch (Exception reason) when (reason is IOException or OperationCanceledException)
        {
            return null;
        }
    }

    private static async Task<bool> WriteAsync(NetworkStream to, byte[] frame, CancellationToken end)
    {
        try
        {
            await to.WriteAsync(frame, end);
            return true;
        }
        catch (Exception reason) when (reason is IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
