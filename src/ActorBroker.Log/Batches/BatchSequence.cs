namespace ActorBroker.Log;

/// <summary>Walks batches that lie back to back, as in a fetch response. Allocates nothing, never throws.</summary>
/// <remarks>Servers slice by bytes, so the last batch may be cut off anywhere: that ends the walk without an error.
/// <code>
/// var batches = new BatchSequence(bytes, batchBytesMax);
/// while (batches.MoveNext()) Use(batches.Current);
/// if (batches.Error != BatchError.None) …
/// </code></remarks>
public ref struct BatchSequence
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _batchBytesMax;

    /// <param name="bytes">Zero or more batches, the last one whole or cut.</param>
    /// <param name="batchBytesMax">Largest whole batch accepted, in bytes.</param>
    public BatchSequence(ReadOnlySpan<byte> bytes, int batchBytesMax)
    {
        _bytes = bytes;
        _batchBytesMax = batchBytesMax;
    }

    /// <summary>The batch that the last <see cref="MoveNext"/> found, its CRC checked.</summary>
    public BatchView Current { get; private set; }

    /// <summary>Why the walk ended early; <see cref="BatchError.None"/> at the end of the bytes and at a cut tail.</summary>
    public BatchError Error { get; private set; }

    /// <summary>Bytes of the whole, good batches so far; what is behind them is a cut tail or damaged.</summary>
    public int BytesRead { get; private set; }

    /// <summary>Steps to the next whole batch. False at the end, at a cut tail, and from the first error on.</summary>
    public bool MoveNext()
    {
        if (Error != BatchError.None) return false;
        var error = BatchView.Read(_bytes[BytesRead..], _batchBytesMax, out var batch);
        if (error != BatchError.None)
        {
            Error = error == BatchError.Incomplete ? BatchError.None : error;
            return false;
        }

        Current = batch;
        BytesRead += batch.SizeInBytes;
        return true;
    }

    /// <summary>For <c>foreach</c>, which walks a copy: use <see cref="MoveNext"/> directly where the error matters.</summary>
    public readonly BatchSequence GetEnumerator() => this;
}
