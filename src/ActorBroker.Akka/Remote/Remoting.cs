using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Remote.Testing;
using Akka.Remote.Transport;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Remote;

/// <summary>A system's connections to others: listens, connects, knows an <see cref="Association"/> for each address.</summary>
internal sealed class Remoting : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    /// <summary>An address without a connection and without anything to send is forgotten after this time.</summary>
    private static readonly TimeSpan Forget = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<Address, Association> _associations = new();
    private readonly ConcurrentDictionary<RemoteConnection, bool> _connections = new();
    private readonly Dialer _dialer;
    private Socket? _listener;
    private ICancelable? _ticks;
    private int _inbound;
    private volatile bool _isShutDown;

    public Remoting(ExtendedActorSystem system, RemoteActorRefProvider provider, RemoteSettings settings)
    {
        System = system;
        Provider = provider;
        Settings = settings;
        EventStream = system.EventStream;
        Log = Logging.GetLogger(system.EventStream, "remoting");
        Uid = Random.Shared.Next(1, int.MaxValue);
        _dialer = new Dialer(settings);
        Faults = settings.HasFaults ? new RemoteFaults() : null;
        Transport = null!;
    }

    public ExtendedActorSystem System { get; }

    public RemoteActorRefProvider Provider { get; }

    public RemoteSettings Settings { get; }

    public EventStream EventStream { get; }

    /// <summary>Null, except in tests that ask for it.</summary>
    public RemoteFaults? Faults { get; }

    public ILoggingAdapter Log { get; }

    /// <summary>Of this life of this system.</summary>
    public int Uid { get; }

    /// <summary>Where others reach this system.</summary>
    public Address Address { get; private set; } = null!;

    public Information Transport { get; private set; }

    public long NowMs => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000);

    public ICollection<Association> Associations => _associations.Values;

    /// <exception cref="RemoteTransportException">The port cannot be listened on.</exception>
    public void Start()
    {
        _listener = Listen();
        var port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        var host = Settings.PublicHostname.Length > 0 ? Settings.PublicHostname
            : Settings.Hostname is "" or "0.0.0.0" or "::" ? (Settings.Hostname.Length == 0 ? "127.0.0.1" : Dns.GetHostName())
            : Settings.Hostname;
        Address = new Address(Settings.Protocol, System.Name, host, Settings.PublicPort > 0 ? Settings.PublicPort : port);
        Transport = new Information(Address, System);
    }

    /// <summary>The system is up: time may pass.</summary>
    public void Run()
    {
        _ticks = System.Scheduler.Advanced.ScheduleRepeatedlyCancelable(Tick, Tick, OnTick);
        Log.Info("Remoting started; listening on addresses : [{0}]", Address);
        EventStream.Publish(new RemotingListenEvent([Address]));
    }

    /// <summary>The system can take messages: others are let in, who have waited at the port until now.</summary>
    public void Open() => _ = AcceptAsync(_listener!);

    public Association AssociationWith(Address address)
    {
        if (!_associations.TryGetValue(address, out var association))
        {
            association = _associations.GetOrAdd(address, key => new Association(this, key));
            if (_isShutDown)
            {
                association.Dispose();
            }
        }

        return association;
    }

    /// <summary>Does not make one.</summary>
    public Association? Find(Address address) => _associations.GetValueOrDefault(address);

    public void Later(Action work) => ThreadPool.UnsafeQueueUserWorkItem(static state => state(), work, preferLocal: false);

    /// <summary>Opens a connection. Never fails: the association is told.</summary>
    public async Task ConnectAsync(Association association, bool isOrdinary)
    {
        RemoteConnection? connection = null;
        try
        {
            var link = await _dialer.DialAsync(association.Address).ConfigureAwait(false);
            connection = new RemoteConnection(this, link, association.Address.HostPort(), isInbound: false, Faults?.Of(association.Address));
            _connections[connection] = isOrdinary;
            if (_isShutDown)
            {
                connection.Close(null);
            }

            _ = connection.RunAsync();
            var cookie = isOrdinary ? ControlFrames.OrdinaryConnection : Settings.HasOrdinaryConnection ? ControlFrames.OwnRuntime : "";
            Expected(connection, association);
            await connection.IntroduceAsync(new Handshake(Address, (ulong)Uid, cookie)).ConfigureAwait(false);
            await connection.Introduced.WaitAsync(Settings.ConnectionTimeout).ConfigureAwait(false);
            association.Use(connection);
            EventStream.Publish(new AssociatedEvent(Address, association.Address, inbound: false));
        }
        catch (Exception failed)
        {
            connection?.Close(failed);
            var cause = failed is TimeoutException ? new RemoteConnectionException($"no introduction within {Settings.ConnectionTimeout}") : failed;
            if (!_isShutDown)
            {
                EventStream.Publish(new AssociationErrorEvent(cause, Address, association.Address, false, LogLevel.ErrorLevel));
                association.OnConnectFailed(isOrdinary, cause);
            }
        }
    }

    /// <summary>Called by a connection's reader when the other end has said who it is.</summary>
    public void OnIntroduced(RemoteConnection connection, Handshake handshake)
    {
        if (!connection.IsInbound)
        {
            var association = _expected[connection];
            // The kind of connection is what was asked for, whatever the answer calls it.
            var cookie = _connections[connection] ? ControlFrames.OrdinaryConnection : handshake.Cookie;
            if (!association.Introduce(connection, handshake with { Cookie = cookie }))
            {
                throw new RemoteConnectionException($"[{association.Address}] with UID [{handshake.Uid}] is quarantined");
            }

            return;
        }

        var known = AssociationWith(handshake.Address);
        if (!known.Introduce(connection, handshake))
        {
            Log.Warning("Connection from [{0}] is refused: UID [{1}] is quarantined", handshake.Address, handshake.Uid);
            _ = SayAndCloseAsync(connection, ControlCommand.DisassociateQuarantined);
            return;
        }

        _ = AnswerAsync(connection, known, handshake);
    }

    public void OnEnded(RemoteConnection connection, Exception? cause)
    {
        _connections.TryRemove(connection, out _);
        _expected.TryRemove(connection, out _);
        if (connection.IsInbound)
        {
            Interlocked.Decrement(ref _inbound);
        }

        if (_isShutDown)
        {
            return;
        }

        if (connection.Association is not { } association)
        {
            if (connection.IsInbound)
            {
                Log.Warning("Connection from {0} is closed: {1}", connection.PeerName, cause?.Message ?? "it did not introduce itself");
            }

            return;
        }

        if (cause is RemoteConnectionException)
        {
            Log.Warning("Connection with [{0}] is closed: {1}", association.Address, cause.Message);
        }

        EventStream.Publish(new DisassociatedEvent(Address, association.Address, connection.IsInbound));
        association.OnEnded(connection);
    }

    /// <summary>The other side has said that it does not speak to this system any more.</summary>
    public void OnQuarantinedByPeer(RemoteConnection connection)
    {
        if (connection.Association is { } association)
        {
            Log.Warning("The remote system [{0}] has quarantined this system. No further associations to it are possible until this system is restarted.", association.Address);
            EventStream.Publish(new ThisActorSystemQuarantinedEvent(Address, association.Address));
        }
    }

    /// <summary>A life of another system is spoken to for the first time.</summary>
    public void OnUid(Association association, ulong uid) => Provider.OnUid(association.Address, uid);

    /// <summary>Before a system message of another system is handed to its recipient.</summary>
    public void OnSystemMessage(Association association, ISystemMessage message) => Provider.OnInboundSystemMessage(association.Address, message);

    public void Quarantine(Address address, int? uid, string reason) => Find(address)?.Quarantine((ulong)(uid ?? 0), reason);

    /// <summary>Says why, then closes.</summary>
    public void CloseSaying(RemoteConnection connection, ControlCommand command) => _ = SayAndCloseAsync(connection, command);

    /// <summary>Writes what waits, takes leave and closes everything.</summary>
    public async Task ShutdownAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (_associations.Values.Any(association => !association.IsFlushed) && Stopwatch.GetElapsedTime(started) < Settings.FlushWait)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5)).ConfigureAwait(false);
        }

        _isShutDown = true;
        _ticks?.Cancel();
        _listener?.Dispose();
        var leaving = _connections.Keys.Select(connection => SayAndCloseAsync(connection, ControlCommand.DisassociateShuttingDown)).ToArray();
        await Task.WhenAll(leaving).WaitAsync(Settings.FlushWait + TimeSpan.FromSeconds(1)).ContinueWith(
            static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
        foreach (var association in _associations.Values)
        {
            association.Dispose();
        }

        EventStream.Publish(new RemotingShutdownEvent());
    }

    public void Dispose()
    {
        _isShutDown = true;
        _ticks?.Cancel();
        _listener?.Dispose();
        foreach (var connection in _connections.Keys)
        {
            connection.Close(null);
        }
    }

    /// <summary>Which association a connection that was opened here is for.</summary>
    private readonly ConcurrentDictionary<RemoteConnection, Association> _expected = new();

    private void Expected(RemoteConnection connection, Association association) => _expected[connection] = association;

    private Socket Listen()
    {
        var endPoint = new IPEndPoint(Dialer.LocalAddress(Settings.Hostname), Settings.Port);
        var listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(endPoint);
            listener.Listen(Settings.Backlog);
            return listener;
        }
        catch (SocketException cause)
        {
            listener.Dispose();
            throw new RemoteTransportException(
                $"akka.remote.dot-netty.tcp: cannot listen on {endPoint}: {cause.Message}. Choose another port, or 0 for any free one.", cause);
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_isShutDown)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync().ConfigureAwait(false);
            }
            catch (Exception ended) when (_isShutDown || ended is ObjectDisposedException)
            {
                return;
            }
            catch (SocketException cause)
            {
                // Out of file descriptors, or the client has gone already: the next one may fare better.
                Log.Warning("A connection could not be accepted: {0}", cause.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(100)).ConfigureAwait(false);
                continue;
            }

            if (Interlocked.Increment(ref _inbound) > Settings.InboundConnectionsMax)
            {
                Interlocked.Decrement(ref _inbound);
                Log.Warning("Connection from {0} is refused: {1} are there (akka.remote.inbound-connections-max)", socket.RemoteEndPoint, Settings.InboundConnectionsMax);
                socket.Dispose();
                continue;
            }

            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var name = "an unknown address";
        RemoteConnection connection;
        try
        {
            name = socket.RemoteEndPoint?.ToString() ?? name;
            var link = await _dialer.WelcomeAsync(socket).ConfigureAwait(false);
            connection = new RemoteConnection(this, link, name, isInbound: true, faults: null);
        }
        catch (Exception failed)
        {
            Interlocked.Decrement(ref _inbound);
            socket.Dispose();
            Log.Warning("Connection from {0} is closed: {1}", name, failed.Message);
            return;
        }

        _connections[connection] = false;
        if (_isShutDown)
        {
            connection.Close(null);
        }

        await connection.RunAsync().ConfigureAwait(false);
    }

    private async Task AnswerAsync(RemoteConnection connection, Association association, Handshake handshake)
    {
        try
        {
            var cookie = handshake.Cookie.Length > 0 && Settings.HasOrdinaryConnection ? ControlFrames.OwnRuntime : "";
            await connection.IntroduceAsync(new Handshake(Address, (ulong)Uid, cookie)).ConfigureAwait(false);
            association.Use(connection);
            EventStream.Publish(new AssociatedEvent(Address, association.Address, inbound: true));
        }
        catch (Exception broken)
        {
            connection.Close(broken);
        }
    }

    private async Task SayAndCloseAsync(RemoteConnection connection, ControlCommand command)
    {
        try
        {
            var handshake = Address is null ? null : new Handshake(Address, (ulong)Uid, "");
            await connection.WriteAsync(ControlFrames.Encode(command, command == ControlCommand.Heartbeat ? null : handshake), default).AsTask()
                .WaitAsync(Settings.FlushWait).ConfigureAwait(false);
            connection.EndSending();
            await connection.Ended.WaitAsync(Settings.FlushWait).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or IOException or TimeoutException or InvalidOperationException)
        {
            // It cannot be told any more.
            Log.Debug("{0} was not told of the end: {1}", connection.PeerName, gone.Message);
        }

        connection.Close(null);
    }

    private void OnTick()
    {
        var now = NowMs;
        foreach (var connection in _connections.Keys)
        {
            var pause = connection.Association is null ? Settings.ConnectionTimeout : Settings.HeartbeatPause;
            if (now - connection.LastReceivedMs > pause.TotalMilliseconds)
            {
                connection.Close(new RemoteConnectionException($"nothing came for {pause}"));
            }
            else if (connection.Association is not null && now - connection.LastSentMs >= Settings.HeartbeatInterval.TotalMilliseconds)
            {
                _ = BeatAsync(connection);
            }
        }

        foreach (var association in _associations.Values)
        {
            association.OnTick();
            ForgetIfUnused(association, now);
        }
    }

    private async Task BeatAsync(RemoteConnection connection)
    {
        try
        {
            await connection.BeatAsync().ConfigureAwait(false);
        }
        catch (Exception broken)
        {
            connection.Close(broken);
        }
    }

    private void ForgetIfUnused(Association association, long now)
    {
        var after = association.IsQuarantined ? Settings.QuarantineDuration : Forget;
        if (association.IsIdle && now - association.LastUsedMs > after.TotalMilliseconds && _associations.TryRemove(association.Address, out _))
        {
            association.Dispose();
        }
    }
}
