using System.Collections.Concurrent;
using ActorBroker.Log;

namespace ActorBroker.Client;

/// <summary>Keys go where the Java client's go: murmur2. Records without key fill one partition's batch, then the next one's, in turn.</summary>
public sealed class DefaultPartitioner : IPartitioner
{
    private static int _instances;
    private readonly ConcurrentDictionary<string, Turn> _turns = new(StringComparer.Ordinal);
    private readonly int _start = Interlocked.Increment(ref _instances) & 0xffff;   // so that several producers do not walk in step

    /// <inheritdoc/>
    public int Choose(string topic, NullableBytes key, int partitionCount) => key.IsNull
        ? _turns.GetOrAdd(topic, static (_, start) => new Turn(start), _start).Of(partitionCount)
        : Murmur2.PartitionOf(key.Span, partitionCount);

    /// <inheritdoc/>
    public void BatchClosed(string topic, int partition)
    {
        if (_turns.TryGetValue(topic, out var turn))
        {
            turn.Leave(partition);
        }
    }

    private sealed class Turn(int number)
    {
        private int _number = number;
        private int _partitionCount = 1;

        public int Of(int partitionCount)
        {
            Volatile.Write(ref _partitionCount, partitionCount);
            return (int)((uint)Volatile.Read(ref _number) % (uint)partitionCount);
        }

        /// <summary>One step, and none when the turn is elsewhere already.</summary>
        public void Leave(int partition)
        {
            var number = Volatile.Read(ref _number);
            if ((int)((uint)number % (uint)Volatile.Read(ref _partitionCount)) == partition)
            {
                Interlocked.CompareExchange(ref _number, unchecked(number + 1), number);
            }
        }
    }
}
