using ActorBroker.Log;

namespace ActorBroker.Client.Consuming;

/// <summary>What a message with batches covers, by their heads alone.</summary>
internal static class BatchRun
{
    /// <param name="from">Offset that is expected next.</param>
    /// <param name="next">Offset after the last batch.</param>
    /// <returns>False when these are not whole batches of rising offsets from there on.</returns>
    public static bool TryMeasure(ReadOnlySpan<byte> batches, Offset from, out Offset next)
    {
        next = from;
        for (var at = 0; at < batches.Length;)
        {
            if (BatchView.ReadHeader(batches[at..], int.MaxValue, out var batch) != BatchError.None || !batch.IsWhole)
            {
                return false;
            }

            // The first may begin before what was asked for, but none ends before it, and the log has them in order.
            if (batch.NextOffset <= next || (at > 0 && batch.BaseOffset < next))
            {
                return false;
            }

            next = batch.NextOffset;
            at += batch.SizeInBytes;
        }

        return true;
    }
}
