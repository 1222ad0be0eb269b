using System.Runtime.CompilerServices;

namespace ActorBroker.Log;

/// <summary>The step that all Lempel-Ziv decoders share: repeat bytes of the output at its end.</summary>
internal static class LzCopy
{
    /// <summary>Copies <paramref name="length"/> bytes from <paramref name="distance"/> back to <paramref name="at"/>. The two may
    /// overlap, and then the bytes between repeat.</summary>
    /// <remarks>The caller has checked 0 &lt; distance ≤ at and that the length fits; a mistake there is caught by the spans.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Match(Span<byte> output, int at, int distance, int length)
    {
        if (distance >= length)
        {
            output.Slice(at - distance, length).CopyTo(output[at..]);
            return;
        }

        Repeat(output.Slice(at - distance, distance + length), distance);
    }

    /// <summary>Fills <paramref name="run"/> with repetitions of its first <paramref name="period"/> bytes, doubling what is
    /// there.</summary>
    private static void Repeat(Span<byte> run, int period)
    {
        if (period == 1)
        {
            run.Fill(run[0]);
            return;
        }

        for (var done = period; done < run.Length; done *= 2)
        {
            run[..Math.Min(done, run.Length - done)].CopyTo(run[done..]);
        }
    }
}
