using System.Net.Sockets;
using ActorBroker.Limits;
using ActorBroker.Sessions.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Sessions;

/// <summary>Accepts Kafka clients: one <see cref="ClientSessionActor"/> each, up to the limit. Tells each when its clock is due.</summary>
/// <remarks>A session that fails is a bug or a broken connection: it is stopped, its client reconnects. The others go on.</remarks>
internal sealed class KafkaListenerActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestSweep = TimeSpan.FromSeconds(1);
    private readonly IClientListener _listener;
    private readonly NodeServices _node;
    private readonly RequestTable _table;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<IActorRef, (SessionClock Clock, string Address)> _sessions = [];
    private readonly Dictionary<string, int> _byAddress = [];
    private long _accepted;

    public KafkaListenerActor(IClientListener listener, NodeServices node, RequestTable table)
    {
        _listener = listener;
        _node = node;
        _table = table;
        Receive<IClientConnection>(OnAccepted);
        Receive<AcceptFailed>(OnAcceptFailed);
        Receive<AcceptAgain>(_ => Accept());
        Receive<SweepTick>(_ => OnSweepTick());
        Receive<Terminated>(OnTerminated);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
    {
        _log.Error(cause, "A client session failed: {0}", cause.Message);
        return Directive.Stop;
    });

    protected override void PreStart()
    {
        var interval = SessionClock.IntervalOf(_node.Settings);
        Timers.StartPeriodicTimer(SweepTick.Instance, SweepTick.Instance, interval < LongestSweep ? interval : LongestSweep);
        Accept();
    }

    protected override void PostStop() => _listener.Dispose();

    private void Accept() => _listener.AcceptAsync().PipeTo(Self, Self, connection => connection, cause => new AcceptFailed(cause));

    private void OnAccepted(IClientConnection connection)
    {
        if (WhyRefused(connection) is { } why)
        {
            if (_node.Limits.Refused.TryPass(out var held))
            {
                _log.Warning("Kafka client {0} refused: {1}{2}", connection.Client, why, LogGate.More(held));
            }

            connection.Dispose();
        }
        else
        {
            var (node, table, clock) = (_node, _table, new SessionClock(_node.Settings));    // locals are cheap to read out of the expression
            var session = Context.ActorOf(Props.Create(() => new ClientSessionActor(connection, node, table, clock)), $"client-{_accepted++}");
            Context.Watch(session);
            _sessions.Add(session, (clock, connection.Address));
            _byAddress[connection.Address] = _byAddress.GetValueOrDefault(connection.Address) + 1;
        }

        Accept();
    }

    private string? WhyRefused(IClientConnection connection) =>
        _sessions.Count >= _node.Settings.ConnectionsMax ? $"{_sessions.Count} connections are open, the limit (broker.kafka.connections-max)"
        : _node.Settings.ConnectionsPerAddressMax is { } max && _byAddress.GetValueOrDefault(connection.Address) >= max
            ? $"{max} connections from {connection.Address} are open, the limit (broker.kafka.connections-per-address-max)"
        : null;

    private void OnTerminated(Terminated terminated)
    {
        if (_sessions.Remove(terminated.ActorRef, out var session) && --_byAddress[session.Address] == 0)
        {
            _byAddress.Remove(session.Address);
        }
    }

    private void OnSweepTick()
    {
        var now = (long)_node.Now().TotalMilliseconds;
        foreach (var (session, (clock, _)) in _sessions)
        {
            if (clock.IsDue(now))
            {
                session.Tell(SessionCheck.Instance);
            }
        }
    }

    private void OnAcceptFailed(AcceptFailed failed)
    {
        if (failed.Cause is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
        {
            return;
        }

        // Usually too many open files: what is open goes on, new clients wait a moment.
        if (_node.Limits.NotAccepted.TryPass(out var held))
        {
            _log.Warning("A Kafka client could not be accepted: {0}{1}", failed.Cause.Message, LogGate.More(held));
        }

        Timers.StartSingleTimer(AcceptAgain.Instance, AcceptAgain.Instance, PauseAfterFailure);
    }

    private sealed record AcceptFailed(Exception Cause);

    private sealed record SweepTick
    {
        public static readonly SweepTick Instance = new();
    }

    private sealed record AcceptAgain
    {
        public static readonly AcceptAgain Instance = new();
    }
}
