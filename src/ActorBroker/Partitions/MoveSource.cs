using ActorBroker.Log;
using Akka.Actor;

namespace ActorBroker.Partitions;

/// <summary>What a leader does for the node that takes its partition over: gives it the log, and at the end hands over.</summary>
/// <remarks>Owner and only caller: its <see cref="PartitionActor"/>. Handing over goes: no more appends; what was taken is flushed and
/// acknowledged; the promise is made durable; only then the copy is told where the log ends.</remarks>
internal sealed class MoveSource(PartitionLog log, LeaderRole leader, LeaderEpoch epoch, IActorRef self)
{
    private (IActorRef Copy, HandOver Command)? _waiting;
    private bool _isHandingOver;

    /// <summary>The move under way; null when there is none.</summary>
    public long? Move { get; private set; }

    public bool IsHandedOver { get; private set; }

    /// <summary>The promise can be made durable now.</summary>
    public bool IsPromiseDue => _isHandingOver && !IsHandedOver && leader.IsSettled;

    /// <summary>Takes note of the move that the cluster wants now. Nothing was promised for another one.</summary>
    public void Begin(long? move)
    {
        if (move == Move)
        {
            return;
        }

        Check.That(!IsHandedOver);
        Move = move;
        _waiting = null;
        if (_isHandingOver)
        {
            _isHandingOver = false;
            leader.ResumeAppends();
        }
    }

    public void OnFetch(FetchCopy command, IActorRef copy)
    {
        if (Accepts(command.Move, copy))
        {
            Answer(command.From, command.BytesMax, copy);
        }
    }

    /// <summary>Begins to hand over, or answers again. Look at <see cref="IsPromiseDue"/> afterwards, and after each flush.</summary>
    public void OnHandOver(HandOver command, IActorRef copy)
    {
        if (!Accepts(command.Move, copy))
        {
            return;
        }

        if (IsHandedOver)
        {
            Answer(command.From, command.BytesMax, copy);
            return;
        }

        _waiting = (copy, command);
        if (!_isHandingOver)
        {
            _isHandingOver = true;
            leader.StopAppends();
        }
    }

    /// <summary>The promise is on the disk, now or since before the node's last start: tells the copy.</summary>
    public void Promised()
    {
        Check.That(Move is not null);
        if (!_isHandingOver)
        {
            _isHandingOver = true;
            leader.StopAppends();
        }

        IsHandedOver = true;
        if (_waiting is { } waiting)
        {
            _waiting = null;
            Answer(waiting.Command.From, waiting.Command.BytesMax, waiting.Copy);
        }
    }

    private bool Accepts(long move, IActorRef copy)
    {
        if (move == Move)
        {
            return true;
        }

        copy.Tell(new CopyRefused(move, Move is { } known ? $"the source knows of move {known}" : "the source knows of no move"), self);
        return false;
    }

    /// <summary>All that is written, committed or not; from the log's start where the copy's end lies outside of the log.</summary>
    private void Answer(long asked, int bytesMax, IActorRef copy)
    {
        leader.WriteCollected();
        var offsets = log.Offsets;
        var from = new Offset(asked);
        if (from < offsets.Start || from > offsets.End)
        {
            from = offsets.Start;
        }

        var read = log.Read(from, offsets.End, bytesMax, firstBatchWhole: true);
        using var batches = read.Batches;
        var bytes = Array.Empty<byte>();
        if (batches is not null)
        {
            Check.That(BatchView.ReadHeader(batches.Bytes.Span, int.MaxValue, out var first) == BatchError.None);
            from = first.BaseOffset;
            bytes = batches.Bytes.ToArray();
        }

        copy.Tell(
            new CopyPart(Move!.Value, from.Value, read.Next.Value, offsets.Start.Value, offsets.End.Value, epoch.Value, IsHandedOver) { Bytes = bytes },
            self);
    }
}
