using System.Collections.Concurrent;
using System.Globalization;
using ActorBroker.Messages;

namespace ActorBroker.Clients.Acceptance.Native;

/// <summary>What was acknowledged and what was read, and whether the two fit: no acknowledged record is lost, none is there twice, the
/// records of a key are in the order in which they were sent, and no offset is read twice or left out. Any thread may note.</summary>
/// <remarks>Records are named by key and number in the key: the value is <c>key:number</c>.</remarks>
internal sealed class History
{
    private readonly ConcurrentDictionary<(int Key, int Number), (int Partition, long Offset)> _acknowledged = new();
    private readonly ConcurrentDictionary<int, ConcurrentQueue<(long Offset, int Key, int Number)>> _read = new();
    private long _readCount;

    public int Acknowledged => _acknowledged.Count;

    public long Read => Interlocked.Read(ref _readCount);

    public static byte[] Value(int key, int number, int bytes)
    {
        var value = new byte[bytes];
        System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{key}:{number}:"), value);
        return value;
    }

    public void OnAcknowledged(int key, int number, TopicPartition partition, long offset) =>
        Assert.True(_acknowledged.TryAdd((key, number), (partition.Partition, offset)), $"record {key}:{number} was acknowledged twice");

    public void OnRead(TopicPartition partition, long offset, ReadOnlySpan<byte> value)
    {
        var text = System.Text.Encoding.ASCII.GetString(value[..Math.Min(value.Length, 24)]).Split(':');
        var (key, number) = (int.Parse(text[0], CultureInfo.InvariantCulture), int.Parse(text[1], CultureInfo.InvariantCulture));
        _read.GetOrAdd(partition.Partition, _ => new()).Enqueue((offset, key, number));
        Interlocked.Increment(ref _readCount);
    }

    /// <summary>Fails with the first contradiction.</summary>
    public void Verify()
    {
        var seen = new Dictionary<(int Key, int Number), (int Partition, long Offset)>();
        var last = new Dictionary<int, int>();
        foreach (var (partition, records) in _read)
        {
            long expected = 0;
            foreach (var (offset, key, number) in records)
            {
                Assert.True(offset == expected, $"partition {partition}: offset {offset} was read where {expected} was due");
                expected++;
                Assert.True(seen.TryAdd((key, number), (partition, offset)), $"record {key}:{number} is in the log twice: partition {partition}, offset {offset}");
                Assert.True(number > last.GetValueOrDefault(key, -1), $"record {key}:{number} follows {key}:{last.GetValueOrDefault(key)}");
                last[key] = number;
            }
        }

        foreach (var (record, place) in _acknowledged)
        {
            Assert.True(seen.TryGetValue(record, out var found), $"record {record.Key}:{record.Number}, acknowledged at {place}, was never read");
            Assert.Equal(place, found);
        }
    }
}
