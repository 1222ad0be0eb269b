namespace ActorBroker.Raft;

/// <summary>Arithmetic of majorities.</summary>
public static class Quorum
{
    /// <summary>How many of so many voters are a majority.</summary>
    public static int Of(int voters)
    {
        Check.That(voters > 0);
        return (voters / 2) + 1;
    }

    /// <summary>The greatest value that a majority reaches. Of log ends: everything before it is on a majority (Raft §5.3).</summary>
    /// <param name="values">One for each voter; sorted in place.</param>
    /// <remarks>Of log ends it is not yet the commit: the leader commits it only when the record before it is of its own epoch
    /// (§5.4.2).</remarks>
    public static long Reached(Span<long> values) => ReachedBy(values, Of(values.Length));

    /// <summary>The greatest value that <paramref name="count"/> of the values reach.</summary>
    /// <param name="values">Sorted in place.</param>
    public static long ReachedBy(Span<long> values, int count)
    {
        Check.That(count > 0);
        Check.AtMost(count, values.Length);
        values.Sort();
        return values[^count];
    }
}
