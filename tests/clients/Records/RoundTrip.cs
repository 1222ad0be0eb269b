using ActorBroker.Clients.Acceptance.Drivers;

namespace ActorBroker.Clients.Acceptance.Records;

/// <summary>Compares what came back with what was sent.</summary>
internal static class RoundTrip
{
    /// <summary>
    /// Every record came back once, byte for byte, from the partition it was meant for and in the order of sending
    /// within each partition; counts and checksums are equal; offsets have no gaps.
    /// </summary>
    /// <param name="received">In the order of arrival.</param>
    public static void IsComplete(IReadOnlyList<KafkaRecord> sent, IReadOnlyList<KafkaRecord> received)
    {
        OffsetsHaveNoGaps(received);
        InOrderOfSending(sent, received);
        Assert.Equal(sent.Count, received.Count);
        Assert.Equal(Fingerprint.OfAll(sent), Fingerprint.OfAll(received));
    }

    /// <summary>Offsets of each partition start at 0 and rise by one.</summary>
    public static void OffsetsHaveNoGaps(IReadOnlyList<KafkaRecord> received)
    {
        foreach (var partition in received.GroupBy(record => (record.Topic, record.Partition)))
        {
            var next = 0L;
            foreach (var record in partition) Assert.True(record.Offset == next++, $"{record}: expected offset {next - 1}");
        }
    }

    /// <summary>Each received record was sent, none came back twice, and each partition keeps the order of sending.</summary>
    public static void InOrderOfSending(IReadOnlyList<KafkaRecord> sent, IReadOnlyList<KafkaRecord> received)
    {
        var unseen = new Dictionary<(string Topic, int Partition, string Fingerprint), Queue<int>>();
        for (var index = 0; index < sent.Count; index++)
        {
            var at = (sent[index].Topic, sent[index].Partition, Fingerprint.Of(sent[index]));
            if (!unseen.TryGetValue(at, out var indexes)) unseen.Add(at, indexes = new Queue<int>());
            indexes.Enqueue(index);
        }
        var last = new Dictionary<(string, int), int>();
        foreach (var record in received)
        {
            var fingerprint = Fingerprint.Of(record);
            var found = unseen.GetValueOrDefault((record.Topic, record.Partition, fingerprint)) ??
                        unseen.GetValueOrDefault((record.Topic, -1, fingerprint));
            Assert.True(found is not null, $"{record} was never sent to this partition");
            Assert.True(found.TryDequeue(out var index), $"{record} came back more often than it was sent");
            var before = last.GetValueOrDefault((record.Topic, record.Partition), -1);
            Assert.True(before < index, $"{record} was sent as number {index} but comes behind number {before}");
            last[(record.Topic, record.Partition)] = index;
            if (sent[index].Timestamp >= 0) Assert.Equal(sent[index].Timestamp, record.Timestamp);
        }
    }

    /// <summary>Every acknowledged record is where the acknowledgement said.</summary>
    public static void HasAllAcknowledged(IReadOnlyList<KafkaRecord> sent, AckLog acks, IReadOnlyList<KafkaRecord> received)
    {
        var stored = received.ToDictionary(record => (record.Topic, record.Partition, record.Offset));
        foreach (var (index, (partition, offset)) in acks.Places)
        {
            Assert.True(stored.TryGetValue((sent[index].Topic, partition, offset), out var record),
                $"record {index}, acknowledged as {sent[index].Topic}/{partition}@{offset}, is gone");
            Assert.Equal(Fingerprint.Of(sent[index]), Fingerprint.Of(record));
        }
    }
}
