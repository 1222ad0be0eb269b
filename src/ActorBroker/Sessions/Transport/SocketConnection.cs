using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorBroker.Sessions.Transport;

/// <summary>A client on a TCP socket.</summary>
internal sealed class SocketConnection : IClientConnection
{
    private readonly Socket _socket;
    private readonly List<ArraySegment<byte>> _sending = [];

    public SocketConnection(Socket socket)
    {
        _socket = socket;
        socket.NoDelay = true;
        Client = socket.RemoteEndPoint?.ToString() ?? "unknown";
    }

    public string Client { get; }

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => _socket.ReceiveAsync(buffer, SocketFlags.None);

    public async ValueTask SendAsync(IReadOnlyList<ReadOnlyMemory<byte>> segments)
    {
        if (segments.Count == 1)
        {
            var rest = segments[0];
            while (rest.Length > 0)
            {
                rest = rest[await _socket.SendAsync(rest, SocketFlags.None).ConfigureAwait(false)..];
            }

            return;
        }

        _sending.Clear();
        foreach (var segment in segments)
        {
            Check.That(MemoryMarshal.TryGetArray(segment, out var array));
            _sending.Add(array);
        }

        while (_sending.Count > 0)
        {
            var sent = await _socket.SendAsync(_sending, SocketFlags.None).ConfigureAwait(false);
            Skip(sent);
        }
    }

    public void Dispose() => _socket.Dispose();

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
