using System.Net.Sockets;
using ActorBroker.Sessions.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Sessions;

/// <summary>Accepts Kafka clients: one <see cref="ClientSessionActor"/> each, up to the limit.</summary>
/// <remarks>A session that fails is a bug or a broken connection: it is stopped, its client reconnects. The others go on.</remarks>
internal sealed class KafkaListenerActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);
    private readonly IClientListener _listener;
    private readonly NodeServices _node;
    private readonly RequestTable _table;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private int _sessions;
    private long _accepted;
    private bool _isFull;

    public KafkaListenerActor(IClientListener listener, NodeServices node, RequestTable table)
    {
        _listener = listener;
        _node = node;
        _table = table;
        Receive<IClientConnection>(OnAccepted);
        Receive<AcceptFailed>(OnAcceptFailed);
        Receive<AcceptAgain>(_ => Accept());
        Receive<Terminated>(_ => _sessions--);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
    {
        _log.Error(cause, "A client session failed: {0}", cause.Message);
        return Directive.Stop;
    });

    protected override void PreStart() => Accept();

    protected override void PostStop() => _listener.Dispose();

    private void Accept() => _listener.AcceptAsync().PipeTo(Self, Self, connection => connection, cause => new AcceptFailed(cause));

    private void OnAccepted(IClientConnection connection)
    {
        if (_sessions >= _node.Settings.ConnectionsMax)
        {
            if (!_isFull)
            {
                _log.Warning("Kafka client {0} refused: {1} connections are open, the limit (broker.kafka.connections-max)", connection.Client, _sessions);
            }

            _isFull = true;
            connection.Dispose();
        }
        else
        {
            _isFull = false;
            _sessions++;
            var session = Context.ActorOf(Props.Create(() => new ClientSessionActor(connection, _node, _table)), $"client-{_accepted++}");
            Context.Watch(session);
        }

        Accept();
    }

    private void OnAcceptFailed(AcceptFailed failed)
    {
        if (failed.Cause is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
        {
            return;
        }

        // Usually too many open files: what is open goes on, new clients wait a moment.
        _log.Warning("A Kafka client could not be accepted: {0}", failed.Cause.Message);
        Timers.StartSingleTimer(AcceptAgain.Instance, AcceptAgain.Instance, PauseAfterFailure);
    }

    private sealed record AcceptFailed(Exception Cause);

    private sealed record AcceptAgain
    {
        public static readonly AcceptAgain Instance = new();
    }
}
