using ActorBroker.Partitions;
using Akka.Actor;

namespace ActorBroker.Storage;

/// <summary>Asks the partitions at intervals to delete what is too old. It asks, they act.</summary>
internal sealed class JanitorActor : ReceiveActor, IWithTimers
{
    private readonly TimeSpan _interval;

    public JanitorActor(IActorRef partitions, TimeSpan interval)
    {
        _interval = interval;
        Receive<RetentionTick>(_ => partitions.Tell(ApplyRetention.Instance));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(RetentionTick.Instance, RetentionTick.Instance, _interval);

    private sealed record RetentionTick
    {
        public static readonly RetentionTick Instance = new();
    }
}
