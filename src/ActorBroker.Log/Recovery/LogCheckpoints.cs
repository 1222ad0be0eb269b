using ActorBroker.Log.Files;

namespace ActorBroker.Log;

/// <summary>The three checkpoint files of one log.</summary>
internal sealed class LogCheckpoints(ILogFiles files, string folder)
{
    public const string RecoveryPointName = "recovery-point.checkpoint";
    public const string LogStartName = "log-start.checkpoint";
    public const string CleanCloseName = "clean-close.checkpoint";

    /// <summary>No log gets there: what claims to lie behind it is damage, and there is always room for records.</summary>
    private const long OffsetMax = long.MaxValue >> 1;

    private readonly string _recoveryPoint = Path.Combine(folder, RecoveryPointName);
    private readonly string _logStart = Path.Combine(folder, LogStartName);
    private readonly string _cleanClose = Path.Combine(folder, CleanCloseName);

    /// <summary>Everything before this offset is on the disk, as far as the file says.</summary>
    public Offset RecoveryPoint { get; private set; } = Offset.Zero;

    /// <summary>Reads <see cref="RecoveryPoint"/>; 0 when there is no such file, or a damaged one.</summary>
    public Offset ReadRecoveryPoint(out bool isDamaged)
    {
        var values = Checkpoint.Read(files, _recoveryPoint, CheckpointKind.RecoveryPoint, 1, out isDamaged);
        return RecoveryPoint = values is [>= 0 and var value] ? new Offset(value) : Offset.Zero;
    }

    /// <summary>Raises the recovery point. Not durable, except the first time: a crash may bring the older one back, which only means
    /// more to scan.</summary>
    public void RaiseRecoveryPoint(Offset to)
    {
        var bytes = Checkpoint.Encode(CheckpointKind.RecoveryPoint, to.Value);
        if (files.FileExists(_recoveryPoint))
        {
            using var file = files.Open(_recoveryPoint);
            file.Write(bytes, 0);
        }
        else
        {
            files.Replace(_recoveryPoint, bytes);
        }

        RecoveryPoint = to;
    }

    /// <summary>Lowers the recovery point, durably, if it is higher: it must never claim what truncation is about to undo.</summary>
    public void LowerRecoveryPoint(Offset to)
    {
        if (RecoveryPoint <= to) return;
        files.Replace(_recoveryPoint, Checkpoint.Encode(CheckpointKind.RecoveryPoint, to.Value));
        RecoveryPoint = to;
    }

    public Offset? ReadLogStart(out bool isDamaged)
    {
        var values = Checkpoint.Read(files, _logStart, CheckpointKind.LogStart, 1, out isDamaged);
        isDamaged |= values is [< 0 or > OffsetMax];
        return values is not null && !isDamaged ? new Offset(values[0]) : null;
    }

    /// <summary>Durable, because files below it are deleted next.</summary>
    public void WriteLogStart(Offset start) => files.Replace(_logStart, Checkpoint.Encode(CheckpointKind.LogStart, start.Value));

    public CleanClose? ReadCleanClose() =>
        Checkpoint.Read(files, _cleanClose, CheckpointKind.CleanClose, 5, out _) is [var end, var active, var log, var index, var times]
            ? new CleanClose(new Offset(end), new Offset(active), log, index, times)
            : null;

    /// <summary>Durable; the last thing that closing does.</summary>
    public void WriteCleanClose(CleanClose close) => files.Replace(
        _cleanClose,
        Checkpoint.Encode(CheckpointKind.CleanClose, close.End.Value, close.ActiveBase.Value, close.LogBytes, close.IndexBytes, close.TimeIndexBytes));

    /// <summary>Takes the clean marker away, durably, before the first change to the log.</summary>
    public void RemoveCleanClose()
    {
        files.DeleteFile(_cleanClose);
        files.FlushFolder(folder);
    }
}
