using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Configs;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>
/// What a test of actors is made of: a system, a test actor that keeps what it receives, and expectations on that.
/// A test's own <c>Tell</c> has the test actor as sender unless the class is <see cref="INoImplicitSender"/>.
/// </summary>
/// <remarks>For one test at a time. The members are those of one type because Akka.NET has them in one.</remarks>
public abstract partial class TestKitBase : IActorRefFactory
{
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(1);

    private static int _testActors;

    private readonly ITestKitAssertions _assertions;
    private readonly MessageQueue _queue = new();
    private ActorSystem _system = null!;
    private TestKitSettings _settings = null!;
    private ILoggingAdapter _log = null!;
    private IActorRef _testActor = null!;
    private EventFilterFactory _eventFilter = null!;
    private MessageEnvelope _lastMessage = NullMessageEnvelope.Instance;
    private bool _lastWasNoMsg;
    private TimeSpan? _end;
    private ImplicitSender? _implicitSender;

    protected TestKitBase(ITestKitAssertions assertions, ActorSystem? system = null, string? testActorName = null)
        : this(assertions)
    {
        InitializeTest(system!, DefaultConfig, null!, testActorName!);
    }

    protected TestKitBase(ITestKitAssertions assertions, ActorSystemSetup setup, string? actorSystemName = null, string? testActorName = null)
        : this(assertions)
    {
        InitializeTest(null!, setup, actorSystemName!, testActorName!);
    }

    protected TestKitBase(ITestKitAssertions assertions, Config config, string? actorSystemName = null, string? testActorName = null)
        : this(assertions)
    {
        InitializeTest(null!, config, actorSystemName!, testActorName!);
    }

    private TestKitBase(ITestKitAssertions assertions)
    {
        ArgumentNullException.ThrowIfNull(assertions);
        _assertions = assertions;
    }

    /// <summary>Debug logging of everything the runtime can say about actors.</summary>
    public static Config FullDebugConfig => TestConfigs.FullDebugConfig;

    /// <summary>The configuration of a test system unless the test gives its own; that one falls back to it.</summary>
    public static Config DefaultConfig => TestConfigs.DefaultConfig;

    /// <summary>A clock that only goes forward; its zero means nothing.</summary>
    public static TimeSpan Now => System.Diagnostics.Stopwatch.GetElapsedTime(0);

    public ActorSystem Sys => _system;

    public TestKitSettings TestKitSettings => _settings;

    public ILoggingAdapter Log => _log;

    /// <summary>The actor whose messages the test expects.</summary>
    public IActorRef TestActor => _testActor;

    /// <summary>The sender of the last message that was taken.</summary>
    public IActorRef LastSender => _lastMessage.Sender;

    /// <summary>The last message that was taken.</summary>
    public object LastMessage => _lastMessage.Message;

    /// <summary>Are there messages that were not yet taken?</summary>
    public bool HasMessages => !_queue.IsEmpty;

    /// <summary>Expectations on the log.</summary>
    public EventFilterFactory EventFilter => _eventFilter;

    /// <summary>What is left of the innermost Within; outside of one <c>akka.test.single-expect-default</c>, dilated.</summary>
    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(_settings.SingleExpectDefault));

    /// <summary>As <see cref="RemainingOrDefault"/> with <c>akka.test.expect-no-message-default</c>.</summary>
    public TimeSpan NoMessageRemainingOrDefault => RemainingOr(Dilated(_settings.ExpectNoMessageDefault));

    /// <summary>What is left of the innermost Within.</summary>
    /// <exception cref="InvalidOperationException">Outside of Within.</exception>
    public TimeSpan Remaining => _end is { } end
        ? AtLeastZero(end - Now)
        : throw new InvalidOperationException(@"Remaining may not be called outside of ""within""");

    public EventFilterFactory CreateEventFilter(ActorSystem system) => new(this, system);

    /// <summary>The test actor drops what the function says.</summary>
    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage) =>
        _testActor.Tell(new TestActor.SetIgnore(shouldIgnoreMessage), ActorRefs.NoSender);

    public void IgnoreMessages<TMsg>(Func<TMsg, bool> shouldIgnoreMessage) =>
        IgnoreMessages(message => message is TMsg typed && shouldIgnoreMessage(typed));

    public void IgnoreMessages<TMsg>() => IgnoreMessages(message => message is TMsg);

    public void IgnoreNoMessages() => _testActor.Tell(new TestActor.SetIgnore(null), ActorRefs.NoSender);

    /// <summary>The test actor watches the actor, and gets its Terminated. Holds when this returns.</summary>
    public IActorRef Watch(IActorRef actorToWatch)
    {
        _testActor.Ask(new TestActor.Watch(actorToWatch), RemainingOrDefault).GetAwaiter().GetResult();
        return actorToWatch;
    }

    public async Task<IActorRef> WatchAsync(IActorRef actorToWatch)
    {
        await _testActor.Ask(new TestActor.Watch(actorToWatch), RemainingOrDefault).ConfigureAwait(false);
        return actorToWatch;
    }

    public IActorRef Unwatch(IActorRef actorToUnwatch)
    {
        _testActor.Ask(new TestActor.Unwatch(actorToUnwatch), RemainingOrDefault).GetAwaiter().GetResult();
        return actorToUnwatch;
    }

    public async Task<IActorRef> UnwatchAsync(IActorRef actorToUnwatch)
    {
        await _testActor.Ask(new TestActor.Unwatch(actorToUnwatch), RemainingOrDefault).ConfigureAwait(false);
        return actorToUnwatch;
    }

    /// <summary>Installs a pilot that runs for each message of the test actor.</summary>
    public void SetAutoPilot(AutoPilot pilot) => _testActor.Tell(new TestActor.SetAutoPilot(pilot), ActorRefs.NoSender);

    /// <summary>The duration dilated; without one what is left of the innermost Within, else the default.</summary>
    /// <exception cref="ArgumentException">Negative or infinite.</exception>
    public TimeSpan RemainingOrDilated(TimeSpan? duration)
    {
        if (duration is not { } given)
        {
            return RemainingOrDefault;
        }

        if (given < TimeSpan.Zero || given == TimeSpan.MaxValue)
        {
            throw new ArgumentException("The duration must be finite and not negative.", nameof(duration));
        }

        return Dilated(given);
    }

    /// <summary>The duration times <c>akka.test.timefactor</c>.</summary>
    public TimeSpan Dilated(TimeSpan duration) => _settings.TestTimeFactor.Equals(1.0) ? duration : duration * _settings.TestTimeFactor;

    /// <summary>The timeout if there is one, else <c>akka.test.single-expect-default</c>, dilated.</summary>
    public TimeSpan GetTimeoutOrDefault(TimeSpan? timeout) => timeout ?? RemainingOrDefault;

    /// <summary>Ends the system and waits for it.</summary>
    /// <param name="duration">Null: 5 s, dilated.</param>
    /// <param name="verifySystemShutdown">Throw when it does not end in time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">Still running at the end of the time.</exception>
    public virtual void Shutdown(
        TimeSpan? duration = null, bool verifySystemShutdown = false, CancellationToken cancellationToken = default) =>
        Shutdown(_system, duration, verifySystemShutdown, cancellationToken);

    public virtual Task ShutdownAsync(
        TimeSpan? duration = null, bool verifySystemShutdown = false, CancellationToken cancellationToken = default) =>
        ShutdownAsync(_system, duration, verifySystemShutdown, cancellationToken);

    public virtual TestProbe CreateTestProbe(string name = null!) => CreateTestProbe(Sys, name);

    /// <summary>A test kit of its own on a system: the party that an actor under test talks to.</summary>
    public virtual TestProbe CreateTestProbe(ActorSystem system, string name = null!) => new(system, _assertions, name);

    public virtual TestLatch CreateTestLatch(int count = 1) => new(Dilated, count, TestLatch.DefaultTimeout);

    public TestBarrier CreateTestBarrier(int count) => new(this, count);

    /// <summary>A further test actor that puts into this kit's queue.</summary>
    public IActorRef CreateTestActor(string name) => CreateTestActor(_system, name);

    internal void FailTest(string message) => _assertions.Fail(message.Replace("{", "{{").Replace("}", "}}"));

    protected virtual void InitializeTest(ActorSystem system, ActorSystemSetup config, string actorSystemName, string testActorName)
    {
        var bootstrap = config.Get<BootstrapSetup>();
        var withDefaults = bootstrap.HasValue
            ? bootstrap.Value.WithConfigFallback(DefaultConfig)
            : BootstrapSetup.Create().WithConfig(DefaultConfig);
        Start(system ?? ActorSystem.Create(actorSystemName ?? "test", config.And(withDefaults)), testActorName);
    }

    protected virtual void InitializeTest(ActorSystem system, Config config, string actorSystemName, string testActorName) =>
        Start(system ?? ActorSystem.Create(actorSystemName ?? "test", WithDefaults(config)), testActorName);

    /// <summary>What this thread tells from here on is nobody's again.</summary>
    private protected void EndImplicitSender() => _implicitSender?.End();

    protected TimeSpan RemainingOr(TimeSpan duration) => _end is { } end ? AtLeastZero(end - Now) : duration;

    protected virtual void Shutdown(
        ActorSystem system,
        TimeSpan? duration = null,
        bool verifySystemShutdown = false,
        CancellationToken cancellationToken = default)
    {
        var limit = ShutdownLimit(duration);
        var terminated = ((system ?? _system).Terminate() as IAsyncResult).AsyncWaitHandle.WaitOne(limit);
        ReportShutdown(system ?? _system, terminated, limit, verifySystemShutdown);
    }

    protected virtual async Task ShutdownAsync(
        ActorSystem system,
        TimeSpan? duration = null,
        bool verifySystemShutdown = false,
        CancellationToken cancellationToken = default)
    {
        var limit = ShutdownLimit(duration);
        var ending = (system ?? _system).Terminate();
        await Task.WhenAny(ending, Task.Delay(limit, cancellationToken)).ConfigureAwait(false);
        ReportShutdown(system ?? _system, ending.IsCompleted, limit, verifySystemShutdown);
    }

    private static Config WithDefaults(Config? config) =>
        config is null || ReferenceEquals(config, DefaultConfig) ? DefaultConfig : config.WithFallback(DefaultConfig);

    private static TimeSpan AtLeastZero(TimeSpan duration) => duration > TimeSpan.Zero ? duration : TimeSpan.Zero;

    private TimeSpan ShutdownLimit(TimeSpan? duration)
    {
        var limit = duration ?? Dilated(TimeSpan.FromSeconds(5));
        return limit < TimeSpan.FromSeconds(10) ? limit : TimeSpan.FromSeconds(10);
    }

    private void ReportShutdown(ActorSystem system, bool terminated, TimeSpan limit, bool verify)
    {
        if (terminated)
        {
            return;
        }

        var message = $"Failed to stop [{system.Name}] within [{limit}]";
        if (verify)
        {
            throw new TimeoutException(message);
        }

        _log.Warning(message);
    }

    private void Start(ActorSystem system, string? testActorName)
    {
        _system = system;
        _settings = TestKitExtension.For(system);
        _log = Logging.GetLogger(system, GetType());
        _eventFilter = new EventFilterFactory(this);
        _testActor = CreateTestActor(system, testActorName ?? $"testActor{Interlocked.Increment(ref _testActors)}");
        if (this is not INoImplicitSender)
        {
            _implicitSender = ImplicitSender.Begin(_testActor);
        }
    }

    private IActorRef CreateTestActor(ActorSystem system, string name) =>
        ((ExtendedActorSystem)system).SystemActorOf(
            Props.Create(() => new InternalTestActor(_queue)).WithDispatcher("akka.test.test-actor.dispatcher"), name);
}
