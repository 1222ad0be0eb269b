using System.Buffers.Binary;
using System.Text;

namespace ActorBroker.Clients.Acceptance.Records;

/// <summary>The file of records that the suite and its client scripts exchange. Layout: scripts/records.py.</summary>
internal static class RecordFile
{
    public static void Write(string path, IEnumerable<KafkaRecord> records)
    {
        using var file = new BufferedStream(File.Create(path), 1 << 16);
        foreach (var record in records) Write(file, record);
    }

    public static List<KafkaRecord> Read(string path)
    {
        var data = File.ReadAllBytes(path);
        var records = new List<KafkaRecord>();
        for (var at = 0; at < data.Length;) records.Add(Read(data, ref at));
        return records;
    }

    private static void Write(Stream file, KafkaRecord record)
    {
        WriteBytes(file, Encoding.UTF8.GetBytes(record.Topic));
        Span<byte> numbers = stackalloc byte[20];
        BinaryPrimitives.WriteInt32BigEndian(numbers, record.Partition);
        BinaryPrimitives.WriteInt64BigEndian(numbers[4..], record.Offset);
        BinaryPrimitives.WriteInt64BigEndian(numbers[12..], record.Timestamp);
        file.Write(numbers);
        WriteBytes(file, record.Key);
        WriteBytes(file, record.Value);
        WriteInt32(file, record.Headers.Count);
        foreach (var header in record.Headers)
        {
            WriteBytes(file, Encoding.UTF8.GetBytes(header.Name));
            WriteBytes(file, header.Value);
        }
    }

    private static KafkaRecord Read(ReadOnlySpan<byte> data, ref int at)
    {
        var topic = Encoding.UTF8.GetString(ReadBytes(data, ref at)!);
        var partition = BinaryPrimitives.ReadInt32BigEndian(data[at..]);
        var offset = BinaryPrimitives.ReadInt64BigEndian(data[(at + 4)..]);
        var timestamp = BinaryPrimitives.ReadInt64BigEndian(data[(at + 12)..]);
        at += 20;
        var key = ReadBytes(data, ref at);
        var value = ReadBytes(data, ref at);
        var headers = new RecordHeader[ReadInt32(data, ref at)];
        for (var i = 0; i < headers.Length; i++)
            headers[i] = new RecordHeader(Encoding.UTF8.GetString(ReadBytes(data, ref at)!), ReadBytes(data, ref at));
        return new KafkaRecord(topic, partition, offset, timestamp, key, value, headers);
    }

    private static void WriteInt32(Stream file, int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        file.Write(bytes);
    }

    private static void WriteBytes(Stream file, byte[]? bytes)
    {
        WriteInt32(file, bytes?.Length ?? -1);
        file.Write(bytes);
    }

    private static int ReadInt32(ReadOnlySpan<byte> data, ref int at)
    {
        at += 4;
        return BinaryPrimitives.ReadInt32BigEndian(data[(at - 4)..]);
    }

    private static byte[]? ReadBytes(ReadOnlySpan<byte> data, ref int at)
    {
        var length = ReadInt32(data, ref at);
        if (length < 0) return null;
        at += length;
        return data[(at - length)..at].ToArray();
    }
}
