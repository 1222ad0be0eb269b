namespace ActorBroker.Client.Consuming;

/// <summary>Who is next: each partition that has something gives one chunk, then it queues behind the others.</summary>
internal sealed class TurnQueue
{
    private readonly Queue<AssignedPartition> _turns = new();

    /// <summary>It has something to give, or may give it again. Harmless when it has nothing.</summary>
    public void Offer(AssignedPartition partition)
    {
        if (!partition.IsInTurn && MayGive(partition))
        {
            partition.IsInTurn = true;
            _turns.Enqueue(partition);
        }
    }

    /// <summary>The next chunk, in fair turns; null: nothing is there.</summary>
    public Chunk? Take()
    {
        while (_turns.TryDequeue(out var partition))
        {
            partition.IsInTurn = false;
            if (!MayGive(partition))
            {
                continue;
            }

            var chunk = partition.Chunks.First!.Value;
            partition.Chunks.RemoveFirst();
            Offer(partition);
            return chunk;
        }

        return null;
    }

    /// <summary>It was not consumed, or not to its end: its partition gives it again, before everything else it has.</summary>
    public void PutBack(Chunk chunk)
    {
        chunk.Of.Chunks.AddFirst(chunk);
        Offer(chunk.Of);
    }

    private static bool MayGive(AssignedPartition partition) => !partition.IsGone && !partition.IsPaused && partition.Chunks.Count > 0;
}
