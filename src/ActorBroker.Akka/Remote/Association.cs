using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Remote.Transport;
using Akka.Remote.Wire;

namespace Akka.Remote;

/// <summary>What this system knows of another one: its connections, what waits for it, and which of its lives is spoken to.</summary>
/// <remarks>Thread-safe. States: no connection, connecting, connected, gated (a connection failed a moment ago, nothing is sent),
/// quarantined (that life of the system is not spoken to any more).</remarks>
internal sealed class Association : IDisposable
{
    /// <summary>The first pause after a failed connection; each failure doubles it.</summary>
    private const long FirstGateMs = 100;

    private const int WarningsMax = 100;

    private readonly Remoting _remoting;
    private readonly Lock _lock = new();
    private readonly OutboundLane _control;
    private readonly OutboundLane _ordinary;
    private readonly List<RemoteConnection> _connections = [];
    private readonly HashSet<(int, string)> _warned = [];
    private bool _isConnecting;
    private bool _isOrdinaryConnecting;
    private bool _hasOwnRuntime;
    private long _gateMs;
    private long _gatedUntilMs;
    private ulong _uid;
    private volatile bool _isQuarantined;
    private volatile bool _isClosed;

    public Association(Remoting remoting, Address address)
    {
        _remoting = remoting;
        Address = address;
        _control = new OutboundLane(this, remoting);
        _ordinary = new OutboundLane(this, remoting);
        Outbox = new SystemOutbox(remoting.Settings.SysMsgBufferSize, outgoing => _control.TryPost(outgoing), () => remoting.NowMs);
        LastUsedMs = remoting.NowMs;
    }

    public Address Address { get; }

    public SystemOutbox Outbox { get; }

    public SystemInbox Inbox { get; } = new();

    public bool IsQuarantined => _isQuarantined;

    /// <summary>Forgotten, or the system has ended: references look for another one.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>0: not known.</summary>
    public ulong Uid
    {
        get
        {
            lock (_lock)
            {
                return _uid;
            }
        }
    }

    public long LastUsedMs { get; private set; }

    public bool HasConnection
    {
        get
        {
            lock (_lock)
            {
                return _connections.Count > 0;
            }
        }
    }

    public RemoteConnection[] Connections
    {
        get
        {
            lock (_lock)
            {
                return [.. _connections];
            }
        }
    }

    public bool IsIdle => _control.IsEmpty && _ordinary.IsEmpty && Outbox.Count == 0 && !HasConnection;

    /// <summary>A message to an actor there.</summary>
    public void Post(object message, IActorRef? sender, RemoteActorRef recipient)
    {
        var lane = recipient.IsUrgent || IsUrgent(message) ? _control : _ordinary;
        if (_isQuarantined || (lane.Connection is null && IsGated()) || !lane.TryPost(new Outgoing(message, sender, recipient, EnvelopeFrame.NoSequence)))
        {
            DeadLetter(message, sender, recipient);
        }
    }

    /// <summary>A message of the runtime to an actor there: delivered once and in order, or the other system is quarantined.</summary>
    public void PostSystem(ISystemMessage message, RemoteActorRef recipient)
    {
        if (_isQuarantined)
        {
            Refuse(message);
            return;
        }

        LastUsedMs = _remoting.NowMs;
        if (!Outbox.TrySend(message, recipient))
        {
            Quarantine(Uid, $"more than {_remoting.Settings.SysMsgBufferSize} system messages are not acknowledged (akka.remote.system-message-buffer-size)");
        }
    }

    /// <summary>A whole frame of the protocol itself.</summary>
    public void PostFrame(byte[] frame)
    {
        if (_control.Connection is not null)
        {
            _control.TryPost(Outgoing.Frame(frame));
        }
    }

    /// <summary>A lane has something to send and nothing to send it with.</summary>
    public void NeedsConnection()
    {
        var isOrdinary = false;
        lock (_lock)
        {
            if (_isClosed || _isQuarantined)
            {
                return;
            }

            if (_control.Connection is not null)
            {
                // Only the other lane is without: its connection is opened by whoever opened the first one.
                if (_isOrdinaryConnecting || _ordinary.Connection is not null || _remoting.NowMs < _gatedUntilMs
                    || !_connections.Exists(connection => connection is { IsOrdinary: false, IsInbound: false }))
                {
                    return;
                }

                isOrdinary = true;
                _isOrdinaryConnecting = true;
            }
            else if (_isConnecting || _remoting.NowMs < _gatedUntilMs)
            {
                return;
            }
            else
            {
                _isConnecting = true;
            }
        }

        _ = _remoting.ConnectAsync(this, isOrdinary);
    }

    /// <summary>The other side of a connection has said who it is. False: it is not spoken to, and the connection must end.</summary>
    public bool Introduce(RemoteConnection connection, Handshake handshake)
    {
        var isNew = false;
        lock (_lock)
        {
            if (_isClosed || (_isQuarantined && handshake.Uid == _uid))
            {
                return false;
            }

            if (_uid != handshake.Uid)
            {
                isNew = true;
                RestartFor(handshake.Uid);
            }

            var isOrdinary = handshake.Cookie == ControlFrames.OrdinaryConnection;
            _hasOwnRuntime = isOrdinary || handshake.Cookie == ControlFrames.OwnRuntime;
            connection.Establish(this, isOrdinary);
            _connections.Add(connection);
        }

        if (isNew)
        {
            _remoting.OnUid(this, handshake.Uid);
        }

        return true;
    }

    /// <summary>The introduction has been answered: the connection may carry messages.</summary>
    public void Use(RemoteConnection connection)
    {
        var mustOpenOrdinary = false;
        var isFirst = false;
        lock (_lock)
        {
            if (!_connections.Contains(connection))
            {
                return;
            }

            _gateMs = 0;
            if (connection.IsOrdinary)
            {
                _isOrdinaryConnecting = false;
            }
            else
            {
                _isConnecting = false;
                isFirst = _control.Connection is null;
                mustOpenOrdinary = _hasOwnRuntime && _remoting.Settings.HasOrdinaryConnection && !connection.IsInbound
                    && _ordinary.Connection is null && !_isOrdinaryConnecting;
                _isOrdinaryConnecting |= mustOpenOrdinary;
            }
        }

        if (connection.IsOrdinary)
        {
            _ordinary.Attach(connection);
            return;
        }

        if (isFirst)
        {
            _control.Attach(connection);
            Outbox.Resend();
            if (!_hasOwnRuntime || !_remoting.Settings.HasOrdinaryConnection)
            {
                _ordinary.Attach(connection);
            }
        }

        if (mustOpenOrdinary)
        {
            _ = _remoting.ConnectAsync(this, isOrdinary: true);
        }
    }

    /// <summary>A connection is over.</summary>
    public void OnEnded(RemoteConnection connection)
    {
        RemoteConnection? other;
        lock (_lock)
        {
            if (!_connections.Remove(connection))
            {
                return;
            }

            other = _connections.Find(candidate => candidate.IsOrdinary == connection.IsOrdinary);
            if (!connection.IsOrdinary && other is null)
            {
                // The other connection of the conversation ends by itself, when all that was sent over it is read.
                _isOrdinaryConnecting = false;
            }

            LastUsedMs = _remoting.NowMs;
        }

        if (connection.IsOrdinary)
        {
            Replace(_ordinary, connection, other);
            NeedsOrdinary();
            return;
        }

        Replace(_control, connection, other);
        Replace(_ordinary, connection, other);
        if (other is not null)
        {
            Outbox.Resend();
        }
        else if (Outbox.Count > 0)
        {
            NeedsConnection();
        }
    }

    /// <summary>There is no connection to be had now: what waits is lost, and for a moment nothing is taken.</summary>
    public void OnConnectFailed(bool isOrdinary, Exception cause)
    {
        TimeSpan gate;
        lock (_lock)
        {
            if (isOrdinary)
            {
                _isOrdinaryConnecting = false;
                if (_control.Connection is null)
                {
                    return;
                }
            }
            else
            {
                _isConnecting = false;
                if (_control.Connection is not null)
                {
                    return;   // the other side was faster
                }
            }

            _gateMs = Math.Min(_gateMs == 0 ? FirstGateMs : _gateMs * 2, (long)_remoting.Settings.RetryGateClosedFor.TotalMilliseconds);
            _gatedUntilMs = _remoting.NowMs + _gateMs;
            gate = TimeSpan.FromMilliseconds(_gateMs);
        }

        _remoting.Log.Warning(
            "Tried to associate with unreachable remote address [{0}]. Address is now gated for {1} ms, all messages to this address will be delivered to dead letters. Reason: {2}",
            Address, (long)gate.TotalMilliseconds, cause.Message);
        ToDeadLetters(isOrdinary ? [] : _control.TakeAll());
        ToDeadLetters(_ordinary.TakeAll());
    }

    /// <summary>Called again and again: opens the gate, sends again what is not acknowledged, gives up.</summary>
    public void OnTick()
    {
        var settings = _remoting.Settings;
        if (_isQuarantined || _isClosed)
        {
            return;
        }

        if (Outbox.IsHopeless(settings.InitialSysMsgDeliveryTimeout))
        {
            Quarantine(Uid, $"system messages were not acknowledged within {settings.InitialSysMsgDeliveryTimeout}");
        }
        else if (_control.Connection is null && Outbox.Count > 0)
        {
            NeedsConnection();
        }
        else if (Outbox.IsDue(settings.ResendInterval))
        {
            Outbox.Resend();
        }

        NeedsOrdinary();
    }

    /// <summary>That life of the other system is not spoken to any more. 0: whichever it is.</summary>
    public void Quarantine(ulong uid, string reason)
    {
        RemoteConnection[] connections;
        lock (_lock)
        {
            if (_isQuarantined || (uid != 0 && uid != _uid))
            {
                return;
            }

            _isQuarantined = true;
            LastUsedMs = _remoting.NowMs;
            connections = [.. _connections];
        }

        _remoting.Log.Warning("Association to [{0}] having UID [{1}] is irrecoverably failed: {2}. UID is now quarantined and all messages to this UID will be delivered to dead letters.", Address, Uid, reason);
        _remoting.EventStream.Publish(new QuarantinedEvent(Address, (int)Uid));
        foreach (var connection in connections)
        {
            _remoting.CloseSaying(connection, ControlCommand.DisassociateQuarantined);
        }

        _control.Attach(null);
        _ordinary.Attach(null);
        foreach (var dropped in Outbox.Restart())
        {
            Refuse((ISystemMessage)dropped.Message);
        }

        ToDeadLetters(_control.TakeAll());
        ToDeadLetters(_ordinary.TakeAll());
    }

    public void Oversized(in Outgoing outgoing, int bytes, int bytesMax)
    {
        _remoting.Log.Error(
            "Message of type [{0}] to [{1}] is not sent: its frame has {2} bytes, the limit is {3} (akka.remote.dot-netty.tcp.maximum-frame-size)",
            outgoing.Message.GetType(), outgoing.Recipient!.Path, bytes, bytesMax);
        DeadLetter(outgoing.Message, outgoing.Sender, outgoing.Recipient);
    }

    public void Unserializable(in Outgoing outgoing, Exception cause)
    {
        _remoting.Log.Error(cause, "Message of type [{0}] to [{1}] is not sent: it cannot be serialized: {2}", outgoing.Message.GetType(), outgoing.Recipient!.Path, cause.Message);
        DeadLetter(outgoing.Message, outgoing.Sender, outgoing.Recipient);
    }

    /// <summary>Says once for each serializer and manifest that its messages are dropped.</summary>
    public void Unreadable(int serializerId, string manifest, Exception cause)
    {
        lock (_lock)
        {
            if (_warned.Count >= WarningsMax || !_warned.Add((serializerId, manifest)))
            {
                return;
            }
        }

        _remoting.Log.Warning("Messages from [{0}] with serializer id [{1}] and manifest [{2}] are dropped: {3}", Address, serializerId, manifest, cause.Message);
    }

    /// <summary>Ends all; nothing is sent after this.</summary>
    public void Dispose()
    {
        _isClosed = true;
        foreach (var connection in Connections)
        {
            connection.Close(null);
        }

        _control.Attach(null);
        _ordinary.Attach(null);
        ToDeadLetters(_control.TakeAll());
        ToDeadLetters(_ordinary.TakeAll());
        _control.Dispose();
        _ordinary.Dispose();
    }

    /// <summary>Has all that was posted been written, as far as there is, or soon will be, something to write it to?</summary>
    public bool IsFlushed
    {
        get
        {
            lock (_lock)
            {
                return (_control.IsEmpty || (_control.Connection is null && !_isConnecting))
                    && (_ordinary.IsEmpty || (_ordinary.Connection is null && !_isConnecting && !_isOrdinaryConnecting));
            }
        }
    }

    private static bool IsUrgent(object message) =>
        message is ActorSelectionMessage { Elements: [SelectChildName { Name: "system" }, SelectChildName second, ..] } && RemoteActorRef.IsUrgentName(second.Name);

    private static void Replace(OutboundLane lane, RemoteConnection ended, RemoteConnection? other)
    {
        if (lane.Connection is null || lane.Connection == ended)
        {
            lane.Attach(other);
        }
    }

    /// <summary>The other side may have something to send over the second connection, which this one has to open.</summary>
    private void NeedsOrdinary()
    {
        if (_hasOwnRuntime && _remoting.Settings.HasOrdinaryConnection && _control.Connection is not null && _ordinary.Connection is null)
        {
            NeedsConnection();
        }
    }

    private bool IsGated()
    {
        LastUsedMs = _remoting.NowMs;
        return LastUsedMs < Volatile.Read(ref _gatedUntilMs);
    }

    /// <summary>Another life of that system: what was meant for the last one is dropped. Under the lock.</summary>
    private void RestartFor(ulong uid)
    {
        var isRestart = _uid != 0;
        _uid = uid;
        _isQuarantined = false;
        Inbox.Restart();
        if (!isRestart)
        {
            return;
        }

        foreach (var connection in _connections)
        {
            connection.Close(null);
        }

        _connections.Clear();
        _control.Attach(null);
        _ordinary.Attach(null);
        var dropped = Outbox.Restart();
        var kept = _control.TakeAll().Where(outgoing => outgoing.Recipient is not null && outgoing.Sequence == EnvelopeFrame.NoSequence).ToList();
        foreach (var outgoing in kept)
        {
            _control.TryPost(outgoing);
        }

        _remoting.Later(() =>
        {
            foreach (var outgoing in dropped)
            {
                Refuse((ISystemMessage)outgoing.Message);
            }
        });
    }

    /// <summary>A system message that will not arrive: who watches is told that there is nothing to watch.</summary>
    private static void Refuse(ISystemMessage message)
    {
        if (message is Watch watch)
        {
            watch.Watcher.SendSystemMessage(new DeathWatchNotification(watch.Watchee, existenceConfirmed: false, addressTerminated: true));
        }
    }

    private void ToDeadLetters(List<Outgoing> lost)
    {
        foreach (var outgoing in lost)
        {
            // What is numbered is still in the outbox.
            if (outgoing.Recipient is { } recipient && outgoing.Sequence == EnvelopeFrame.NoSequence)
            {
                DeadLetter(outgoing.Message, outgoing.Sender, recipient);
            }
        }
    }

    private void DeadLetter(object message, IActorRef? sender, RemoteActorRef recipient)
    {
        var deadLetters = _remoting.Provider.DeadLetters;
        _remoting.EventStream.Publish(message is IDeadLetterSuppression suppressed
            ? new SuppressedDeadLetter(suppressed, sender ?? deadLetters, recipient)
            : new DeadLetter(message, sender ?? deadLetters, recipient));
    }
}
