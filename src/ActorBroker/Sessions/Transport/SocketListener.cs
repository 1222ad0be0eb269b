using System.Net;
using System.Net.Sockets;

namespace ActorBroker.Sessions.Transport;

/// <summary>A TCP port that clients connect to.</summary>
internal sealed class SocketListener : IClientListener
{
    private const int Backlog = 1024;
    private readonly Socket _socket;

    private SocketListener(Socket socket, string host)
    {
        _socket = socket;
        Host = host;
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public string Host { get; }

    public int Port { get; }

    /// <summary>Binds and listens; clients wait in the backlog until they are accepted.</summary>
    /// <exception cref="NodeStartException">The address is unknown, in use, or not allowed.</exception>
    public static SocketListener Bind(string host, int port)
    {
        Socket? socket = null;
        try
        {
            var address = IPAddress.TryParse(host, out var literal) ? literal : Dns.GetHostAddresses(host).First();
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(Backlog);
            return new SocketListener(socket, host);
        }
        catch (SocketException cause)
        {
            socket?.Dispose();
            var what = cause.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? "the port is in use; stop the program that has it, or choose another port (--kafka-port, broker.kafka.port)"
                : cause.Message;
            throw new NodeStartException($"cannot listen for Kafka clients on {host}:{port}: {what}", cause);
        }
    }

    public async Task<IClientConnection> AcceptAsync() => new SocketConnection(await _socket.AcceptAsync().ConfigureAwait(false));

    public void Dispose() => _socket.Dispose();
}
