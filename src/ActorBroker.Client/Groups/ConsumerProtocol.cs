using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using ActorBroker.Messages;

namespace ActorBroker.Client.Groups;

/// <summary>What a member of a consumer group tells the leader.</summary>
/// <param name="UserData">Of the assignor; empty for none.</param>
/// <param name="Owned">Partitions that the member has now (version 1).</param>
internal sealed record ConsumerSubscription(ImmutableArray<string> Topics, ReadOnlyMemory<byte> UserData, ImmutableArray<TopicPartition> Owned);

/// <summary>What the leader of a group tells a member.</summary>
internal sealed record ConsumerAssignment(ImmutableArray<TopicPartition> Partitions, ReadOnlyMemory<byte> UserData);

/// <summary>
/// Kafka's embedded consumer protocol: the bytes in JoinGroup and SyncGroup that only clients read, all big-endian.
/// <code>
/// subscription  version:i16  topics:[string]  userData:bytes  v1+ owned:[topic:string [partition:i32]]
/// assignment    version:i16  [topic:string [partition:i32]]   userData:bytes
/// string i16 length + UTF-8;  bytes i32 length (−1 null);  [ ] i32 count
/// </code>
/// Newer versions append fields, which readers skip: what comes from clients of other makes is read leniently at the end only.
/// </summary>
internal static class ConsumerProtocol
{
    public const string ProtocolType = "consumer";

    private const short SubscriptionVersion = 1;
    private const short AssignmentVersion = 0;

    public static ReadOnlyMemory<byte> Encode(ConsumerSubscription subscription)
    {
        var to = new ArrayBufferWriter<byte>();
        WriteInt16(to, SubscriptionVersion);
        WriteInt32(to, subscription.Topics.Length);
        foreach (var topic in subscription.Topics)
        {
            WriteText(to, topic);
        }

        WriteBytes(to, subscription.UserData);
        WritePartitions(to, subscription.Owned);
        return to.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> Encode(ConsumerAssignment assignment)
    {
        var to = new ArrayBufferWriter<byte>();
        WriteInt16(to, AssignmentVersion);
        WritePartitions(to, assignment.Partitions);
        WriteBytes(to, assignment.UserData);
        return to.WrittenMemory;
    }

    /// <returns>Null when the bytes are not a subscription.</returns>
    public static ConsumerSubscription? DecodeSubscription(ReadOnlyMemory<byte> bytes)
    {
        var reader = new Reader(bytes);
        var version = reader.Int16();
        var topics = ImmutableArray.CreateBuilder<string>();
        for (var count = reader.Count(sizeof(short)); count > 0; count--)
        {
            topics.Add(reader.Text());
        }

        var userData = reader.Bytes();
        var owned = version >= 1 ? reader.Partitions() : [];
        return version >= 0 && !reader.HasFailed ? new ConsumerSubscription(topics.ToImmutable(), userData, owned) : null;
    }

    /// <returns>Null when the bytes are not an assignment. No bytes at all are an empty one.</returns>
    public static ConsumerAssignment? DecodeAssignment(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return new ConsumerAssignment([], default);
        }

        var reader = new Reader(bytes);
        var version = reader.Int16();
        var partitions = reader.Partitions();
        var userData = reader.Bytes();
        return version >= 0 && !reader.HasFailed ? new ConsumerAssignment(partitions, userData) : null;
    }

    private static void WritePartitions(ArrayBufferWriter<byte> to, ImmutableArray<TopicPartition> partitions)
    {
        var topics = partitions.GroupBy(partition => partition.Topic, partition => partition.Partition, StringComparer.Ordinal).ToArray();
        WriteInt32(to, topics.Length);
        foreach (var topic in topics)
        {
            WriteText(to, topic.Key);
            WriteInt32(to, topic.Count());
            foreach (var partition in topic)
            {
                WriteInt32(to, partition);
            }
        }
    }

    private static void WriteText(ArrayBufferWriter<byte> to, string text)
    {
        WriteInt16(to, checked((short)Encoding.UTF8.GetByteCount(text)));
        Encoding.UTF8.GetBytes(text, to);
    }

    private static void WriteBytes(ArrayBufferWriter<byte> to, ReadOnlyMemory<byte> bytes)
    {
        WriteInt32(to, bytes.Length);
        to.Write(bytes.Span);
    }

    private static void WriteInt16(ArrayBufferWriter<byte> to, short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(to.GetSpan(sizeof(short)), value);
        to.Advance(sizeof(short));
    }

    private static void WriteInt32(ArrayBufferWriter<byte> to, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(to.GetSpan(sizeof(int)), value);
        to.Advance(sizeof(int));
    }

    /// <summary>After the first thing that is wrong, everything reads as nothing.</summary>
    private ref struct Reader(ReadOnlyMemory<byte> bytes)
    {
        private ReadOnlyMemory<byte> _rest = bytes;

        public bool HasFailed { get; private set; }

        public short Int16() => Take(sizeof(short)) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadInt16BigEndian(bytes.Span) : (short)0;

        public int Int32() => Take(sizeof(int)) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadInt32BigEndian(bytes.Span) : 0;

        /// <summary>A count whose elements, of at least so many bytes, are really there. Null (−1) is none.</summary>
        public int Count(int elementBytesMin)
        {
            var count = Int32();
            if (count < -1 || (long)count * elementBytesMin > _rest.Length)
            {
                Fail();
                return 0;
            }

            return Math.Max(count, 0);
        }

        public string Text()
        {
            var length = Int16();
            return length < 0 ? Failed("") : Encoding.UTF8.GetString(Take(length).Span);
        }

        public ReadOnlyMemory<byte> Bytes()
        {
            var length = Int32();
            return length == -1 ? default : length < 0 ? Failed(ReadOnlyMemory<byte>.Empty) : Take(length);
        }

        public ImmutableArray<TopicPartition> Partitions()
        {
            var partitions = ImmutableArray.CreateBuilder<TopicPartition>();
            for (var topics = Count(sizeof(short) + sizeof(int)); topics > 0; topics--)
            {
                var topic = Text();
                for (var count = Count(sizeof(int)); count > 0; count--)
                {
                    partitions.Add(new TopicPartition(topic, Int32()));
                }
            }

            return partitions.ToImmutable();
        }

        private ReadOnlyMemory<byte> Take(int length)
        {
            if (length > _rest.Length)
            {
                Fail();
                return default;
            }

            var taken = _rest[..length];
            _rest = _rest[length..];
            return taken;
        }

        private T Failed<T>(T nothing)
        {
            Fail();
            return nothing;
        }

        private void Fail()
        {
            HasFailed = true;
            _rest = default;
        }
    }
}
