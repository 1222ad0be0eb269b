using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorBroker.Sessions.Transport;

/// <summary>A client on a TCP socket.</summary>
internal sealed class SocketConnection : IClientConnection
{
    /// <summary>So much is given to the system at a time: what it has taken then tells whether the client reads at all.</summary>
    private const int BytesAtATime = 256 * ByteSizes.KiB;

    private readonly Socket _socket;
    private readonly List<ArraySegment<byte>> _sending = [];
    private CancellationTokenSource? _interrupt;
    private long _taken;

    public SocketConnection(Socket socket)
    {
        _socket = socket;
        socket.NoDelay = true;
        Client = socket.RemoteEndPoint?.ToString() ?? "unknown";
        Address = (socket.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? Client;
    }

    public string Client { get; }

    public string Address { get; }

    public long BytesTaken => Volatile.Read(ref _taken);

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        _interrupt ??= new CancellationTokenSource();
        return _socket.ReceiveAsync(buffer, SocketFlags.None, _interrupt.Token);
    }

    public void InterruptReceive()
    {
        _interrupt?.Cancel();
        _interrupt?.Dispose();
        _interrupt = null;
    }

    public async ValueTask SendAsync(IReadOnlyList<ReadOnlyMemory<byte>> segments)
    {
        if (segments.Count == 1)
        {
            var rest = segments[0];
            while (rest.Length > 0)
            {
                var sent = await _socket.SendAsync(rest[..Math.Min(rest.Length, BytesAtATime)], SocketFlags.None).ConfigureAwait(false);
                Volatile.Write(ref _taken, _taken + sent);
                rest = rest[sent..];
            }

            return;
        }

        var (next, offset) = (0, 0);
        while (next < segments.Count)
        {
            (next, offset) = Collect(segments, next, offset);
            while (_sending.Count > 0)
            {
                var sent = await _socket.SendAsync(_sending, SocketFlags.None).ConfigureAwait(false);
                Volatile.Write(ref _taken, _taken + sent);
                Skip(sent);
            }
        }
    }

    public void Dispose()
    {
        _interrupt?.Dispose();
        _socket.Dispose();
    }

    /// <summary>Lines up what is sent at a time.</summary>
    /// <returns>Where the rest begins.</returns>
    private (int Next, int Offset) Collect(IReadOnlyList<ReadOnlyMemory<byte>> segments, int next, int offset)
    {
        for (var left = BytesAtATime; left > 0 && next < segments.Count;)
        {
            var rest = segments[next][offset..];
            var part = rest[..Math.Min(rest.Length, left)];
            Check.That(MemoryMarshal.TryGetArray(part, out var array));
            _sending.Add(array);
            left -= part.Length;
            (next, offset) = part.Length == rest.Length ? (next + 1, 0) : (next, offset + part.Length);
        }

        return (next, offset);
    }

    private void Skip(int sent)
    {
        var whole = 0;
        while (whole < _sending.Count && sent >= _sending[whole].Count)
        {
            sent -= _sending[whole++].Count;
        }

        _sending.RemoveRange(0, whole);
        if (sent > 0)
        {
            _sending[0] = _sending[0][sent..];
        }
    }
}
