using System.Net.Security;
using System.Net.Sockets;

namespace Akka.Remote.Transport;

/// <summary>The bytes of one connection. One reader and one writer at a time.</summary>
internal abstract class ByteLink : IDisposable
{
    /// <summary>Returns the number of bytes read; 0: the other side has closed.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> to);

    /// <summary>Ends when all bytes are with the operating system.</summary>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Nothing more will be sent. What is still to be received stays readable, so that closing resets nothing.</summary>
    public abstract void EndSending();

    public abstract void Dispose();
}

/// <summary>A plain socket.</summary>
internal sealed class SocketLink(Socket socket) : ByteLink
{
    public override ValueTask<int> ReceiveAsync(Memory<byte> to) => socket.ReceiveAsync(to, SocketFlags.None);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var sending = socket.SendAsync(bytes, SocketFlags.None);
        if (sending.IsCompletedSuccessfully)
        {
            var sent = sending.Result;
            return sent == bytes.Length ? ValueTask.CompletedTask : SendRestAsync(bytes[sent..]);
        }

        return FinishAsync(sending, bytes);
    }

    public override void EndSending() => socket.Shutdown(SocketShutdown.Send);

    public override void Dispose() => socket.Dispose();

    private async ValueTask FinishAsync(ValueTask<int> sending, ReadOnlyMemory<byte> bytes)
    {
        var sent = await sending.ConfigureAwait(false);
        if (sent < bytes.Length)
        {
            await SendRestAsync(bytes[sent..]).ConfigureAwait(false);
        }
    }

    private async ValueTask SendRestAsync(ReadOnlyMemory<byte> rest)
    {
        while (!rest.IsEmpty)
        {
            rest = rest[await socket.SendAsync(rest, SocketFlags.None).ConfigureAwait(false)..];
        }
    }
}

/// <summary>A socket behind TLS.</summary>
internal sealed class TlsLink(SslStream stream, Socket socket) : ByteLink
{
    public override ValueTask<int> ReceiveAsync(Memory<byte> to) => stream.ReadAsync(to);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => stream.WriteAsync(bytes);

    public override void EndSending() => socket.Shutdown(SocketShutdown.Send);

    public override void Dispose() => stream.Dispose();
}
