using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.Serialization;
using ActorBroker.Log;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Messages.Encoding;

/// <summary>Reads what <see cref="PayloadWriter"/> wrote, from bytes that may be anything. What follows behind the fields that are read
/// is ignored: a later build may have appended it.</summary>
/// <remarks>Every read may throw <see cref="SerializationException"/>. Blocks of bytes are slices of the array, not copies.</remarks>
internal struct PayloadReader(byte[] bytes)
{
    private int _at;

    public byte Byte() => Take(1)[0];

    public bool Flag() => Byte() != 0;

    public short Short() => BinaryPrimitives.ReadInt16LittleEndian(Take(2));

    public int Int() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public Guid Id() => new(Take(16));

    public string Text()
    {
        var text = Take(Length());
        return text.IsEmpty ? "" : System.Text.Encoding.UTF8.GetString(text);
    }

    /// <summary>A name that comes again and again is one string.</summary>
    public string Name() => NameCache.Get(Take(Length()));

    public ReadOnlyMemory<byte> Bytes()
    {
        var length = Length();
        Take(length);
        return bytes.AsMemory(_at - length, length);
    }

    /// <summary>A number that this build does not know is an error all the same.</summary>
    public SessionError Error()
    {
        var error = (SessionError)Int();
        return Enum.IsDefined(error) ? error : SessionError.Unknown;
    }

    public Offset At() => new(Long());

    public LeaderEpoch Epoch() => new(Int());

    public NodeId Node() => new(Int());

    public TopicPartition Partition() => new(Name(), Int());

    /// <param name="itemBytesMin">What an item takes at least, so that a count that cannot be true is refused before memory is taken.</param>
    public ImmutableArray<T> Array<T>(int itemBytesMin, ReadItem<T> read) => OptionalArray(itemBytesMin, read) ?? throw Broken("an array is missing");

    public ImmutableArray<T>? OptionalArray<T>(int itemBytesMin, ReadItem<T> read)
    {
        var count = Int();
        if (count == -1)
        {
            return null;
        }

        var items = ImmutableArray.CreateBuilder<T>(Checked(count, itemBytesMin));
        for (var i = 0; i < count; i++)
        {
            items.Add(read(ref this));
        }

        return items.MoveToImmutable();
    }

    public ImmutableDictionary<string, string> Map()
    {
        const int EntryBytesMin = 8;
        var count = Checked(Int(), EntryBytesMin);
        var map = ImmutableDictionary.CreateBuilder<string, string>();
        for (var i = 0; i < count; i++)
        {
            map[Text()] = Text();
        }

        return map.ToImmutable();
    }

    private static SerializationException Broken(string what) => new($"Not a message of the session protocol: {what}.");

    private readonly int Checked(int count, int itemBytesMin) => count >= 0 && (long)count * itemBytesMin <= bytes.Length - _at
        ? count
        : throw Broken($"{count} items do not fit into {bytes.Length - _at} bytes");

    private int Length()
    {
        var length = Int();
        return length >= 0 && length <= bytes.Length - _at ? length : throw Broken($"a length of {length} where {bytes.Length - _at} bytes are left");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > bytes.Length - _at)
        {
            throw Broken($"{length} bytes are read where {bytes.Length - _at} are left");
        }

        _at += length;
        return bytes.AsSpan(_at - length, length);
    }
}

/// <summary>Reads one item of an array.</summary>
internal delegate T ReadItem<out T>(ref PayloadReader reader);
