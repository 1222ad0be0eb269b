using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// The inside of an actor: mailbox, behaviour, children, watches. It outlives the instances that restarts replace. All of it
/// belongs to the thread that runs the mailbox, except sending and <see cref="AttachChild"/>.
/// </summary>
public sealed class ActorCell : IUntypedActorContext
{
    [ThreadStatic]
    private static ActorCell? _current;

    private readonly LocalActorRef _self;
    private readonly FaultHandling _faults;
    private readonly DeathWatch _watch;
    private Mailbox _mailbox = null!;
    private ActorBase? _actor;
    private SupervisorStrategy? _ownStrategy;
    private Receive? _behavior;
    private Stack<Receive>? _behaviorsBelow;
    private object? _message;
    private IActorRef? _sender;
    private long _messageNumber;
    private bool _isConstructing;
    private AsyncHandling? _async;
    private TimerScheduler? _timers;
    private ReceiveTimeoutClock? _receiveTimeout;

    internal ActorCell(Internal.ActorSystemImpl system, LocalActorRef self, Props props, MessageDispatcher dispatcher, IInternalActorRef parent)
    {
        SystemImpl = system;
        _self = self;
        Props = props;
        Dispatcher = dispatcher;
        Parent = parent;
        Children = new ActorChildren(this);
        _faults = new FaultHandling(this);
        _watch = new DeathWatch(this);
    }

    public IActorRef Self => _self;

    public Props Props { get; }

    public ActorSystem System => SystemImpl;

    public IInternalActorRef Parent { get; }

    IActorRef IActorContext.Parent => Parent;

    public MessageDispatcher Dispatcher { get; }

    public IActorRef Sender => _sender ?? SystemImpl.DeadLetters;

    public TimeSpan? ReceiveTimeout => _receiveTimeout?.Timeout;

    /// <summary>Null between messages.</summary>
    public object? CurrentMessage => _message;

    public bool HasMessages => _mailbox.MessageQueue.HasMessages;

    public int NumberOfMessages => _mailbox.MessageQueue.Count;

    public bool IsTerminated => _mailbox.IsClosed;

    public bool IsLocal => true;

    public Internal.ActorSystemImpl SystemImpl { get; }

    internal static ActorCell? Current
    {
        get => _current;
        set => _current = value;
    }

    internal ActorBase? Actor => _actor;

    internal ActorChildren Children { get; }

    internal Mailbox Mailbox => _mailbox;

    internal bool IsAwaiting => _async is { IsAwaiting: true };

    /// <summary>Counts the messages, so that two deliveries of one object can be told apart.</summary>
    internal long MessageNumber => _messageNumber;

    internal Envelope CurrentEnvelope => new(_message!, _sender);

    internal IActorRef? CurrentSender => _sender;

    /// <summary>The props' one, else the instance's own, asked for once.</summary>
    internal SupervisorStrategy Strategy => Props.SupervisorStrategy
        ?? (_actor is null ? SupervisorStrategy.DefaultStrategy : _ownStrategy ??= _actor.OwnSupervisorStrategy());

    public static IActorRef? GetCurrentSelfOrNoSender() => _current?._self;

    public static IActorRef? GetCurrentSenderOrNoSender() => _current is { } cell ? cell.Sender : ActorRefs.NoSender;

    public IActorRef ActorOf(Props props, string? name = null) => AttachChild(props, isSystemService: false, name);

    /// <summary>Makes a child; also from outside, for the guardians.</summary>
    public IActorRef AttachChild(Props props, bool isSystemService, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(props);
        return Children.Attach(props, name, isSystemService);
    }

    public ActorSelection ActorSelection(ActorPath actorPath) => ActorRefFactoryShared.ActorSelection(actorPath, System);

    public ActorSelection ActorSelection(string actorPath) => ActorRefFactoryShared.ActorSelection(actorPath, System, Self);

    public IActorRef Child(string name) => Children.Find(name) ?? (IActorRef)ActorRefs.Nobody;

    public IEnumerable<IActorRef> GetChildren() => Children.Refs();

    public IActorRef Watch(IActorRef subject) => _watch.Watch(subject, null);

    public IActorRef WatchWith(IActorRef subject, object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return _watch.Watch(subject, message);
    }

    public IActorRef Unwatch(IActorRef subject) => _watch.Unwatch(subject);

    public void Become(Receive receive)
    {
        ArgumentNullException.ThrowIfNull(receive);
        _behavior = receive;
    }

    public void BecomeStacked(Receive receive)
    {
        ArgumentNullException.ThrowIfNull(receive);
        if (_behavior is not null)
        {
            (_behaviorsBelow ??= new Stack<Receive>()).Push(_behavior);
        }

        _behavior = receive;
    }

    public void UnbecomeStacked()
    {
        if (_behaviorsBelow is not null && _behaviorsBelow.TryPop(out var below))
        {
            _behavior = below;
        }
    }

    void IUntypedActorContext.Become(UntypedReceive receive) => Become(Handled(receive));

    void IUntypedActorContext.BecomeStacked(UntypedReceive receive) => BecomeStacked(Handled(receive));

    public void SetReceiveTimeout(TimeSpan? timeout)
    {
        if (timeout is { } pause && pause <= TimeSpan.Zero && pause != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), "The receive timeout must be positive.");
        }

        _receiveTimeout?.Cancel();
        _receiveTimeout = timeout is { } length && length != Timeout.InfiniteTimeSpan ? new ReceiveTimeoutClock(this, length) : null;
    }

    public void Stop(IActorRef child)
    {
        ArgumentNullException.ThrowIfNull(child);
        Children.ShallDie(child);
        ((IInternalActorRef)child).Stop();
    }

    public void Stop() => SendSystemMessage(new Terminate());

    public void SendMessage(IActorRef? sender, object message) => Dispatcher.Dispatch(this, new Envelope(message, sender));

    public void SendSystemMessage(SystemMessage systemMessage) => Dispatcher.SystemDispatch(this, systemMessage);

    internal void Init(MailboxType mailboxType)
    {
        _mailbox = new Mailbox(mailboxType.Create(_self, System));
        _mailbox.SetActor(this);
        _mailbox.PostSystemUnscheduled(new Create());
    }

    internal void Start() => Dispatcher.Attach(this);

    internal void CloseMailbox()
    {
        var mailbox = _mailbox;
        Volatile.Write(ref _mailbox, SystemImpl.Mailboxes.DeadLetterMailbox);
        mailbox.Close();
    }

    internal void Suspend() => SendSystemMessage(new Suspend());

    internal void Resume(Exception? causedByFailure) => SendSystemMessage(new Resume(causedByFailure));

    internal void Restart(Exception cause) => SendSystemMessage(new Recreate(cause));

    /// <summary>One user message.</summary>
    internal void Invoke(in Envelope envelope)
    {
        var message = envelope.Message;
        _message = message;
        _sender = envelope.Sender;
        _messageNumber++;
        var counts = _receiveTimeout is not null && message is not INotInfluenceReceiveTimeout;
        if (counts)
        {
            _receiveTimeout?.Busy();
        }

        try
        {
            if (message is IAutoReceivedMessage)
            {
                AutoReceive(message);
            }
            else
            {
                ReceiveMessage(message);
            }

            if (_async is null || !_async.IsAwaiting)
            {
                EndOfMessage();
            }
        }
        catch (Exception failure)
        {
            // Let it crash: the supervisor decides.
            _faults.HandleInvokeFailure(failure, null);
        }

        if (_receiveTimeout is not null && (counts || message is not INotInfluenceReceiveTimeout))
        {
            _receiveTimeout.Idle();
        }
    }

    /// <summary>One system message.</summary>
    internal void SystemInvoke(SystemMessage message)
    {
        try
        {
            switch (message)
            {
                case Continuation continuation:
                    if (continuation.Handling == _async)
                    {
                        _async.Resume(continuation);
                    }

                    break;
                case Watch watch:
                    _watch.AddWatcher(watch.Watchee, watch.Watcher);
                    break;
                case Unwatch unwatch:
                    _watch.RemoveWatcher(unwatch.Watchee, unwatch.Watcher);
                    break;
                case DeathWatchNotification death:
                    _watch.OnTerminated(death.Actor, death.ExistenceConfirmed, death.AddressTerminated);
                    if (Children.Contains(death.Actor))
                    {
                        _faults.HandleChildTerminated(death.Actor);
                    }

                    break;
                default:
                    _faults.Handle(message);
                    break;
            }
        }
        catch (Exception failure)
        {
            // As in a user message: the supervisor decides.
            _faults.HandleInvokeFailure(failure, null);
        }
    }

    /// <summary>Runs an asynchronous handler as part of the current message.</summary>
    internal void RunAsync<T>(Func<T, Task> handler, T argument) => (_async ??= new AsyncHandling(this)).Run(handler, argument);

    internal void EndOfMessage()
    {
        _message = null;
        _sender = null;
    }

    /// <summary>What an asynchronous handler of this incarnation has still to do is not done.</summary>
    internal void AbandonAsync()
    {
        _async?.Abandon();
        _async = null;
    }

    /// <summary>Hands a message to the behaviour, as if it were the current one.</summary>
    internal void ReceiveMessage(object message)
    {
        if (message is TimerMessage tick)
        {
            if (!tick.TryTake(_timers, out message!))
            {
                return;
            }

            _message = message;
            if (message is IAutoReceivedMessage)
            {
                AutoReceive(message);
                return;
            }
        }

        _actor!.Deliver(_behavior!, message);
    }

    /// <summary>Runs <paramref name="action"/> as the current child's supervisor, with the child as sender.</summary>
    internal TResult AsSender<TResult>(IActorRef sender, Func<TResult> action)
    {
        var before = _sender;
        _sender = sender;
        try
        {
            return action();
        }
        finally
        {
            _sender = before;
        }
    }

    internal ActorBase NewInstance()
    {
        _behavior = null;
        _behaviorsBelow = null;
        _ownStrategy = null;
        _isConstructing = true;
        try
        {
            var actor = Props.NewActor()
                ?? throw new ActorInitializationException(Self, "Actor instance passed to ActorOf can't be 'null'");
            _actor = actor;
            actor.OnConstructed();
            return actor;
        }
        finally
        {
            _isConstructing = false;
        }
    }

    /// <summary>Called by the constructor of the instance that is being made.</summary>
    internal void Adopt(ActorBase actor)
    {
        if (!_isConstructing)
        {
            throw new ActorInitializationException(
                $"{actor.GetType()} was made with 'new' inside of another actor. Actors are made with ActorOf(Props).");
        }

        _isConstructing = false;
        if (actor is IActorStash stashing)
        {
            stashing.Stash = new ActorStash(this);
        }

        if (actor is IWithTimers timing)
        {
            _timers = new TimerScheduler(this);
            timing.Timers = _timers;
        }
    }

    /// <summary>The instance is over: timers end, what it has stashed goes back to the mailbox.</summary>
    internal void DropInstance()
    {
        _timers?.CancelAll();
        _timers = null;
        if (_actor is IActorStash { Stash: { NonEmpty: true } stash })
        {
            stash.UnstashAll();
        }

        if (_actor is { } actor)
        {
            Props.Release(actor);
        }

        _actor = null;
    }

    internal void UnwatchAll() => _watch.UnwatchAll();

    internal void TellWatchersWeDied() => _watch.TellWatchersWeDied();

    internal bool IsTerminating => _faults.IsTerminating;

    internal void PublishDebug(bool isEnabled, string text)
    {
        if (isEnabled)
        {
            System.EventStream.Publish(new Debug(Self.Path.ToString(), _actor?.GetType() ?? typeof(ActorCell), text));
        }
    }

    /// <summary>Logs what cannot be told to anybody.</summary>
    internal void PublishError(Exception cause, string text) =>
        System.EventStream.Publish(new Error(cause, Self.Path.ToString(), _actor?.GetType() ?? typeof(ActorCell), text));

    private static Receive Handled(UntypedReceive receive)
    {
        ArgumentNullException.ThrowIfNull(receive);
        return message =>
        {
            receive(message);
            return true;
        };
    }

    private void AutoReceive(object message)
    {
        PublishDebug(SystemImpl.Settings.DebugAutoReceive, $"received AutoReceiveMessage {message}");
        switch (message)
        {
            case Terminated terminated:
                if (_watch.TryTakeTerminated(terminated, out var instead))
                {
                    _message = instead ?? message;
                    ReceiveMessage(_message);
                }

                break;
            case PoisonPill:
                Stop();
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            case Identify identify:
                Sender.Tell(new ActorIdentity(identify.MessageId, Self), Self);
                break;
            case ActorSelectionMessage selection:
                SelectionDelivery.Deliver(_self, _sender, selection);
                break;
            default:
                ReceiveMessage(message);
                break;
        }
    }
}
