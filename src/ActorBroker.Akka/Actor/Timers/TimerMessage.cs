using System.Diagnostics.CodeAnalysis;

namespace Akka.Actor;

/// <summary>The tick of one start of one timer: what the actor gets is inside, if the timer still stands by then.</summary>
internal sealed class TimerMessage(object key, object message, bool isPeriodic, ICancelable cancelable)
    : IWrappedMessage, INoSerializationVerificationNeeded
{
    public object Key { get; } = key;

    public object Message { get; } = message;

    public bool IsPeriodic { get; } = isPeriodic;

    public ICancelable Cancelable { get; } = cancelable;

    public bool TryTake(TimerScheduler? timers, [NotNullWhen(true)] out object? message)
    {
        message = Message;
        return timers is not null && timers.TryTake(this);
    }

    public override string ToString() => $"<Timer {Key}: {Message}>";
}
