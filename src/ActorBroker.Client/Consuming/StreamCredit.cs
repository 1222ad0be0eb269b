namespace ActorBroker.Client.Consuming;

/// <summary>The account of one partition's buffer: what is held here and what the node may still send never exceed the share together,
/// except by the one batch that a node sends on its last byte of credit.</summary>
internal sealed class StreamCredit(int shareBytes)
{
    private long _atNode;

    /// <summary>Bytes received and not yet consumed.</summary>
    public long Held { get; private set; }

    /// <summary>A new stream begins. Returns its first credit, perhaps 0.</summary>
    /// <param name="limit">The node's own; at least 1.</param>
    public int Open(int limit)
    {
        _atNode = Math.Clamp(shareBytes - Held, 0, limit);
        return (int)_atNode;
    }

    public void Received(int bytes)
    {
        Check.That(bytes >= 0);
        _atNode -= bytes;
        Held += bytes;
    }

    public void Consumed(int bytes)
    {
        Check.That(bytes <= Held);
        Held -= bytes;
    }

    /// <summary>What is to be granted now: 0, or enough to be worth a message.</summary>
    /// <param name="limit">The node's own; at least 1.</param>
    public int TakeGrant(int limit)
    {
        var target = Math.Min(shareBytes - Held, limit);
        var due = target - _atNode;
        if (due < Math.Min(shareBytes, limit) / 4 || due <= 0)
        {
            return 0;
        }

        _atNode += due;
        return (int)Math.Min(due, int.MaxValue);
    }
}
