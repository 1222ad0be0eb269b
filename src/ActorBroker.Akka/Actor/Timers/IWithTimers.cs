namespace Akka.Actor;

/// <summary>An actor with timers, which the runtime sets before the constructor's body runs.</summary>
public interface IWithTimers
{
    ITimerScheduler Timers { get; set; }
}
