using FsCheck;
using FsCheck.Fluent;

namespace ActorBroker.Log.Tests.Batches;

public sealed class RecordPropertyTests
{
    private const int BatchBytesMax = 4 << 20;

    private static readonly Gen<byte[]> Bytes = Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf();

    private static readonly Gen<byte[]?> NullableBytesOf = Gen.Frequency(
        (1, Gen.Constant<byte[]?>(null)),
        (1, Gen.Constant<byte[]?>([])),
        (5, Bytes.Select(bytes => (byte[]?)bytes)));

    private static readonly Gen<byte[]?> HugeOrNot = Gen.Frequency(
        (20, NullableBytesOf),
        (1, Gen.Choose(10_000, 200_000).Select(size => (byte[]?)new byte[size])));

    private static readonly Gen<RecordHeader> Header =
        from key in Gen.Elements("", "k", "trace-id", "ключ", "🔑", "k")
        from value in NullableBytesOf
        select new RecordHeader(key, value);

    private static readonly Gen<Sample> AnyRecord =
        from timestamp in Gen.Frequency(
            (4, Gen.Choose(-1_000, 1_000).Select(delta => 1_700_000_000_000 + delta)),
            (1, Gen.Elements(0L, -1L, long.MaxValue, long.MinValue)))
        from key in NullableBytesOf
        from value in HugeOrNot
        from headers in Gen.Frequency((3, Gen.Constant(Array.Empty<RecordHeader>())), (1, Header.ArrayOf()))
        select new Sample(timestamp, key, value, headers);

    private static readonly Gen<Sample[]> AnyRecords = Gen.Choose(1, 20).SelectMany(count => AnyRecord.ArrayOf(count));

    public static TheoryData<CompressionCodec> Codecs => [.. Enum.GetValues<CompressionCodec>()];

    [Theory, MemberData(nameof(Codecs))]
    public void Records_read_back_as_they_were_written(CompressionCodec codec) => Properties.Holds(AnyRecords, records =>
    {
        var bytes = Write(records, codec);
        Assert.Equal(BatchError.None, BatchCheck.Check(bytes, int.MaxValue, out var batch));
        Assert.Equal(BatchError.None, BatchCheck.CheckRecords(batch));
        Assert.Equal(records.Max(record => record.Timestamp), batch.MaxTimestamp);
        AssertSame(records, batch);
        return true;
    });

    [Theory, MemberData(nameof(Codecs))]
    public void A_batch_damaged_behind_a_valid_checksum_never_throws(CompressionCodec codec) => Properties.Holds(
        from records in Gen.Choose(1, 5).SelectMany(count => AnyRecord.Where(IsSmall).ArrayOf(count))
        from hits in Gen.Choose(0, int.MaxValue - 1).ArrayOf(4)
        select (records, hits),
        sample =>
        {
            var bytes = Write(sample.records, codec);
            foreach (var hit in sample.hits)
            {
                var at = BatchHeaderLayout.AttributesAt + (hit % (bytes.Length - BatchHeaderLayout.AttributesAt));
                bytes[at] ^= (byte)(1 << (hit % 8));
            }

            Reseal(bytes);
            if (BatchView.Read(bytes, BatchBytesMax, out var batch) == BatchError.None) ReadToTheEnd(batch);
            BatchCheck.Check(bytes, BatchBytesMax, out _);
            return true;
        },
        runs: 500);

    [Fact]
    public void Random_records_behind_a_valid_header_never_throw() => Properties.Holds(
        from payload in Bytes
        from count in Gen.Choose(0, 10)
        select (payload, count),
        sample =>
        {
            byte[] bytes = [.. Write([new Sample(0, null, null, [])], CompressionCodec.None)[..BatchView.HeaderBytes], .. sample.payload];
            bytes[BatchHeaderLayout.LengthAt + 3] = (byte)(bytes.Length - 12);
            bytes[BatchHeaderLayout.LengthAt + 2] = (byte)((bytes.Length - 12) >> 8);
            bytes[BatchHeaderLayout.LastOffsetDeltaAt + 3] = (byte)Math.Max(0, sample.count - 1);
            bytes[BatchHeaderLayout.RecordCountAt + 3] = (byte)sample.count;
            Reseal(bytes);
            Assert.Equal(BatchError.None, BatchView.Read(bytes, BatchBytesMax, out var batch));
            ReadToTheEnd(batch);
            return true;
        },
        runs: 500);

    [Fact]
    public void Random_bytes_never_throw() => Properties.Holds(Bytes, bytes =>
    {
        BatchView.Read(bytes, BatchBytesMax, out _);
        BatchView.ReadHeader(bytes, BatchBytesMax, out _);
        BatchCheck.Check(bytes, BatchBytesMax, out _);
        return true;
    }, runs: 500);

    private static bool IsSmall(Sample sample) => (sample.Key?.Length ?? 0) + (sample.Value?.Length ?? 0) < 1_000;

    private static byte[] Write(Sample[] records, CompressionCodec codec)
    {
        var writer = new BatchWriter { Codec = codec, BaseOffset = new Offset(1_000) };
        foreach (var record in records) writer.Add(record.Timestamp, record.Key, record.Value, record.Headers);
        return writer.ToArray();
    }

    private static void Reseal(byte[] bytes) => System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(
        bytes.AsSpan(BatchHeaderLayout.CrcAt), Crc32C.Of(bytes.AsSpan(BatchHeaderLayout.CrcFrom)));

    private static void ReadToTheEnd(BatchView batch)
    {
        using var records = new RecordReader(batch, decompressedBytesMax: 1 << 20);
        var count = 0;
        while (records.MoveNext())
        {
            count++;
            foreach (var header in records.Current.Headers) Assert.True(header.KeyUtf8.Length + header.Value.Span.Length >= 0);
            Assert.InRange(records.Current.Offset.Value, batch.BaseOffset.Value, batch.LastOffset.Value);
        }

        Assert.True(count <= batch.RecordCount);
        Assert.True(records.Error != BatchError.None || count == batch.RecordCount);
    }

    private static void AssertSame(Sample[] expected, BatchView batch)
    {
        using var records = new RecordReader(batch);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(records.MoveNext());
            var record = records.Current;
            Assert.Equal(new Offset(1_000 + i), record.Offset);
            Assert.Equal(expected[i].Timestamp, record.Timestamp);
            AssertSame(expected[i].Key, record.Key);
            AssertSame(expected[i].Value, record.Value);
            var headers = record.Headers.ToList();
            Assert.Equal(expected[i].Headers.Select(header => header.Key), headers.Select(header => header.Key));
            Assert.Equal(expected[i].Headers.Select(header => header.Value), headers.Select(header => header.Value));
        }

        Assert.False(records.MoveNext());
        Assert.Equal(BatchError.None, records.Error);
    }

    private static void AssertSame(byte[]? expected, NullableBytes actual)
    {
        Assert.Equal(expected is null, actual.IsNull);
        Assert.True(actual.Span.SequenceEqual(expected));
    }

    private sealed record Sample(long Timestamp, byte[]? Key, byte[]? Value, RecordHeader[] Headers);
}
