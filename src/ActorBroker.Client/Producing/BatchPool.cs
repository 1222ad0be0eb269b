using ActorBroker.Log;

namespace ActorBroker.Client.Producing;

/// <summary>Buffers of full batches, kept for the next ones. Small batches get buffers of their size, which are not kept.</summary>
/// <remarks>Safe from any thread. Holds at most as much as the producer's buffer was ever filled with.</remarks>
internal sealed class BatchPool(int batchBytes)
{
    private readonly Lock _gate = new();
    private readonly Stack<byte[]> _free = [];

    /// <param name="bytesExpected">What will be needed, as far as that is known.</param>
    public byte[] Rent(int bytesExpected)
    {
        if (bytesExpected <= batchBytes / 2)
        {
            return GC.AllocateUninitializedArray<byte>(Math.Max(bytesExpected, BatchView.HeaderBytes));
        }

        lock (_gate)
        {
            if (_free.TryPop(out var buffer))
            {
                return buffer;
            }
        }

        return GC.AllocateUninitializedArray<byte>(batchBytes);
    }

    /// <summary>Nobody reads it any more.</summary>
    public void Return(byte[] buffer)
    {
        if (buffer.Length != batchBytes)
        {
            return;
        }

        lock (_gate)
        {
            _free.Push(buffer);
        }
    }
}
