namespace ActorBroker.Log;

/// <summary>Answer to one staged batch.</summary>
/// <param name="Verdict">Offsets and time below are set for <see cref="AppendVerdict.Appended"/> and <see cref="AppendVerdict.Duplicate"/>.</param>
/// <param name="BaseOffset">Offset of the batch's first record; <see cref="Offset.None"/> when refused.</param>
/// <param name="LastOffset">Offset of its last record; <see cref="Offset.None"/> when refused.</param>
/// <param name="Timestamp">The stored batch's max timestamp in ms since 1970: with log append time, the append time. −1 when refused.</param>
public readonly record struct AppendResult(AppendVerdict Verdict, Offset BaseOffset, Offset LastOffset, long Timestamp)
{
    internal static AppendResult Refused(AppendVerdict verdict)
    {
        Check.That(verdict is not (AppendVerdict.Appended or AppendVerdict.Duplicate));
        return new AppendResult(verdict, Offset.None, Offset.None, -1);
    }
}
