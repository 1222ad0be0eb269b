using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorBroker.Sessions.Transport;

/// <summary>A client on a TCP socket.</summary>
internal sealed class SocketConnection : IClientConnection
{
    /// <summary>Where tcpi_bytes_acked stands in struct tcp_info of Linux (include/uapi/linux/tcp.h).</summary>
    private const int BytesAckedAt = 120;

    private const int ProtocolTcp = 6;
    private const int TcpInfo = 11;

    /// <summary>So much is given to the system at a time. Where it does not tell what the client has taken, less: then the end of each part does.</summary>
    private static readonly int BytesAtATime = OperatingSystem.IsLinux() ? 4 * ByteSizes.MiB : 256 * ByteSizes.KiB;

    /// <summary>Segments up to this size are put together: to line one up for the system costs more than to copy it.</summary>
    private const int CopiedBytesMax = 512;

    private const int CopiesBytes = 16 * ByteSizes.KiB;

    private readonly Socket _socket;
    private readonly SocketOperation _wait = new();
    private readonly SocketOperation _send = new();
    private readonly List<ArraySegment<byte>> _sending = [];
    private long _taken;

    public SocketConnection(Socket socket)
    {
        _socket = socket;
        socket.NoDelay = true;
        socket.Blocking = false;
        Client = socket.RemoteEndPoint?.ToString() ?? "unknown";
        Address = (socket.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? Client;
    }

    public string Client { get; }

    public string Address { get; }

    public long BytesTaken => BytesAcknowledged() ?? Volatile.Read(ref _taken);

    public string? Loss { get; private set; }

    public ValueTask WaitAsync() => _wait.WaitAsync(_socket);

    public int Receive(Span<byte> buffer)
    {
        var count = _socket.Receive(buffer, SocketFlags.None, out var error);
        if (count > 0)
        {
            return count;
        }

        if (error == SocketError.WouldBlock)
        {
            return ReceiveOutcome.Nothing;
        }

        // The system tells of a failure once, and the wait may have heard of it.
        IsLost(error == SocketError.Success ? _wait.SocketError : error);
        return ReceiveOutcome.End;
    }

    public async ValueTask<bool> SendAsync(IReadOnlyList<ReadOnlyMemory<byte>> segments)
    {
        if (segments.Count == 1)
        {
            var rest = segments[0];
            while (rest.Length > 0)
            {
                if (IsLost(await _send.SendAsync(_socket, rest[..Math.Min(rest.Length, BytesAtATime)]).ConfigureAwait(false)))
                {
                    return false;
                }

                rest = rest[Sent()..];
            }

            return true;
        }

        var copies = ArrayPool<byte>.Shared.Rent(CopiesBytes);
        try
        {
            var (next, offset) = (0, 0);
            while (next < segments.Count)
            {
                (next, offset) = Collect(segments, next, offset, copies);
                while (_sending.Count > 0)
                {
                    var sending = _sending.Count == 1 ? _send.SendAsync(_socket, _sending[0].AsMemory()) : _send.SendAsync(_socket, _sending);
                    if (IsLost(await sending.ConfigureAwait(false)))
                    {
                        return false;
                    }

                    Skip(Sent());
                }
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copies);
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _wait.Dispose();
        _send.Dispose();
    }

    private bool IsLost(SocketError error)
    {
        if (error == SocketError.Success)
        {
            return false;
        }

        Loss = error.ToString();
        return true;
    }

    private int Sent()
    {
        var sent = _send.BytesTransferred;
        Volatile.Write(ref _taken, _taken + sent);
        return sent;
    }

    /// <summary>What the client's system has confirmed; null when this system does not tell.</summary>
    private long? BytesAcknowledged()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            Span<byte> info = stackalloc byte[BytesAckedAt + sizeof(long)];
            var length = _socket.GetRawSocketOption(ProtocolTcp, TcpInfo, info);
            return length == info.Length ? MemoryMarshal.Read<long>(info[BytesAckedAt..]) : null;
        }
        catch (Exception cause) when (cause is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>Lines up what is sent at a time.</summary>
    /// <param name="copies">Takes the small segments.</param>
    /// <returns>Where the rest begins.</returns>
    private (int Next, int Offset) Collect(IReadOnlyList<ReadOnlyMemory<byte>> segments, int next, int offset, byte[] copies)
    {
        var copied = 0;
        for (var left = BytesAtATime; left > 0 && next < segments.Count;)
        {
            var rest = segments[next][offset..];
            var part = rest[..Math.Min(rest.Length, left)];
            if (part.Length <= CopiedBytesMax && part.Length <= copies.Length - copied)
            {
                part.Span.CopyTo(copies.AsSpan(copied));
                AddCopy(copies, copied, part.Length);
                copied += part.Length;
            }
            else
            {
                Check.That(MemoryMarshal.TryGetArray(part, out var array));
                _sending.Add(array);
            }

            left -= part.Length;
            (next, offset) = part.Length == rest.Length ? (next + 1, 0) : (next, offset + part.Length);
        }

        return (next, offset);
    }

    private void AddCopy(byte[] copies, int at, int count)
    {
        if (_sending.Count > 0 && _sending[^1] is var last && last.Array == copies)
        {
            Check.That(last.Offset + last.Count == at);
            _sending[^1] = new ArraySegment<byte>(copies, last.Offset, last.Count + count);
        }
        else
        {
            _sending.Add(new ArraySegment<byte>(copies, at, count));
        }
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
