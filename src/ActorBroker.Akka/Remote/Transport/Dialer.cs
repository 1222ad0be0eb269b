using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Akka.Actor;

namespace Akka.Remote.Transport;

/// <summary>Makes connections out of addresses and sockets, with TLS where that is configured.</summary>
internal sealed class Dialer(RemoteSettings settings)
{
    /// <summary>The address to listen on.</summary>
    /// <exception cref="RemoteTransportException">The name has none.</exception>
    public static IPAddress LocalAddress(string hostname)
    {
        if (hostname.Length == 0)
        {
            return IPAddress.Loopback;
        }

        if (IPAddress.TryParse(hostname, out var address))
        {
            return address;
        }

        try
        {
            var all = Dns.GetHostAddresses(hostname);
            return Array.Find(all, one => one.AddressFamily == AddressFamily.InterNetwork) ?? all[0];
        }
        catch (SocketException cause)
        {
            throw new RemoteTransportException($"akka.remote.dot-netty.tcp.hostname = \"{hostname}\": {cause.Message}", cause);
        }
    }

    /// <exception cref="SocketException">Nobody is there.</exception>
    /// <exception cref="RemoteConnectionException">Not within the connection timeout.</exception>
    public async Task<ByteLink> DialAsync(Address address)
    {
        if (address.Protocol != settings.Protocol || address.Host is not { } host || address.Port is not { } port)
        {
            throw new RemoteConnectionException($"this system speaks {settings.Protocol} to addresses with host and port only (akka.remote.dot-netty.tcp.enable-ssl)");
        }

        using var limit = new CancellationTokenSource(settings.ConnectionTimeout);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            Configure(socket);
            await socket.ConnectAsync(host, port, limit.Token).ConfigureAwait(false);
            return settings.IsTls ? await DialTlsAsync(socket, host, limit.Token).ConfigureAwait(false) : new SocketLink(socket);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw new RemoteConnectionException($"not connected within {settings.ConnectionTimeout} (akka.remote.dot-netty.tcp.connection-timeout)");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async Task<ByteLink> WelcomeAsync(Socket socket)
    {
        Configure(socket);
        if (!settings.IsTls)
        {
            return new SocketLink(socket);
        }

        using var limit = new CancellationTokenSource(settings.ConnectionTimeout);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false);
        var options = new SslServerAuthenticationOptions { ServerCertificate = settings.Certificate, ClientCertificateRequired = false };
        await stream.AuthenticateAsServerAsync(options, limit.Token).ConfigureAwait(false);
        return new TlsLink(stream, socket);
    }

    private async Task<ByteLink> DialTlsAsync(Socket socket, string host, CancellationToken cancellationToken)
    {
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false);
        var options = new SslClientAuthenticationOptions { TargetHost = host };
        if (settings.IsCertificateUnchecked)
        {
#pragma warning disable CA5359 // asked for by the operator, who has named the risk: suppress-validation
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        await stream.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
        return new TlsLink(stream, socket);
    }

    private void Configure(Socket socket)
    {
        socket.NoDelay = settings.IsNoDelay;
        if (settings.IsKeepAlive)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        }

        if (settings.SendBufferBytes > 0)
        {
            socket.SendBufferSize = settings.SendBufferBytes;
        }

        if (settings.ReceiveBufferBytes > 0)
        {
            socket.ReceiveBufferSize = settings.ReceiveBufferBytes;
        }
    }
}
