using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace ActorBroker;

/// <summary>Invariants that stay on in every build. A false one is a bug of ours: it ends the actor that met it, not the node.</summary>
internal static class Check
{
    /// <summary>States what must hold. Cheap conditions only.</summary>
    /// <exception cref="InvariantException">The statement is false.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void That(
        [DoesNotReturnIf(false)] bool holds,
        [CallerArgumentExpression(nameof(holds))] string statement = "")
    {
        if (!holds)
        {
            Fail(statement);
        }
    }

    /// <summary>As <see cref="That"/>, and shows both numbers.</summary>
    /// <exception cref="InvariantException"><paramref name="value"/> is above <paramref name="limit"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AtMost(
        long value,
        long limit,
        [CallerArgumentExpression(nameof(value))] string name = "",
        [CallerArgumentExpression(nameof(limit))] string limitName = "")
    {
        if (value > limit)
        {
            Fail($"{name} ({value}) <= {limitName} ({limit})");
        }
    }

    [DoesNotReturn, StackTraceHidden]
    private static void Fail(string statement) => throw new InvariantException(statement);
}

/// <summary>A statement of <see cref="Check"/> was false: a bug, never an outcome that a caller handles.</summary>
internal sealed class InvariantException(string statement) : Exception($"Invariant broken: {statement}");
