using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ActorBroker.Log.Tests.Vectors;

public sealed class BatchRecordVectorTests
{
    private const int BatchBytesMax = 1 << 20;

    [Theory, MemberData(nameof(VectorFolder.Batches), MemberType = typeof(VectorFolder))]
    public void The_records_of_a_batch_read_as_the_vector_says(string name)
    {
        var expected = VectorFolder.Expected(name).GetProperty("batches")[0];
        var expectedRecords = expected.GetProperty("records").EnumerateArray().ToArray();
        Assert.Equal(BatchError.None, BatchView.Read(VectorFolder.Bytes(name), BatchBytesMax, out var batch));

        using var records = new RecordReader(batch);
        foreach (var record in expectedRecords)
        {
            Assert.True(records.MoveNext(), $"{records.Error}");
            AssertRecord(record, batch, records.Current);
        }

        Assert.False(records.MoveNext());
        Assert.Equal(BatchError.None, records.Error);
    }

    [Theory, MemberData(nameof(VectorFolder.Batches), MemberType = typeof(VectorFolder))]
    public void A_compressed_payload_has_the_plain_size_that_the_vector_says(string name)
    {
        var expected = VectorFolder.Expected(name).GetProperty("batches")[0];
        Assert.Equal(BatchError.None, BatchView.Read(VectorFolder.Bytes(name), BatchBytesMax, out var batch));
        var plainBytes = expected.GetProperty("payloadLengthUncompressed").GetInt32();

        Assert.Equal(BatchError.None, PayloadCodec.Decompress(batch.Codec, batch.Payload, plainBytes, out var plain));
        using (plain) Assert.Equal(plainBytes, plain!.Length);

        if (plainBytes > 0) Assert.Equal(BatchError.TooLarge, PayloadCodec.Decompress(batch.Codec, batch.Payload, plainBytes - 1, out _));
    }

    [Theory, MemberData(nameof(VectorFolder.Batches), MemberType = typeof(VectorFolder))]
    public void A_batch_written_again_from_what_was_read_is_the_same(string name)
    {
        var bytes = VectorFolder.Bytes(name);
        Assert.Equal(BatchError.None, BatchView.Read(bytes, BatchBytesMax, out var batch));

        var plain = Rewrite(batch, CompressionCodec.None);

        if (batch.Codec == CompressionCodec.None) Assert.Equal(bytes, plain);
        foreach (var codec in Enum.GetValues<CompressionCodec>())
        {
            var compressed = Rewrite(batch, codec);
            Assert.Equal(BatchError.None, BatchView.Read(compressed, BatchBytesMax, out var again));
            Assert.Equal(codec, again.Codec);
            Assert.Equal(plain, Rewrite(again, CompressionCodec.None));
        }
    }

    [Theory, MemberData(nameof(VectorFolder.Batches), MemberType = typeof(VectorFolder))]
    public void A_broker_takes_every_clients_batch_and_none_that_only_brokers_write(string name)
    {
        var expected = name switch
        {
            "batch-compacted-empty" or "batch-compacted-tombstone-horizon" => BatchError.BadRecordCount,
            "batch-control-abort" or "batch-control-commit" => BatchError.ControlBatch,
            _ => BatchError.None,
        };

        Assert.Equal(expected, BatchCheck.Check(VectorFolder.Bytes(name), BatchBytesMax, out var batch));
        if (expected == BatchError.None) Assert.Equal(BatchError.None, BatchCheck.CheckRecords(batch));
    }

    private static byte[] Rewrite(BatchView batch, CompressionCodec codec)
    {
        var writer = BatchWriter.Like(batch);
        writer.Codec = codec;
        writer.MaxTimestamp = batch.MaxTimestamp;
        using var records = new RecordReader(batch);
        while (records.MoveNext()) writer.Add(records.Current);
        Assert.Equal(BatchError.None, records.Error);
        return writer.ToArray();
    }

    private static void AssertRecord(JsonElement expected, BatchView batch, Record record)
    {
        var offsetDelta = expected.GetProperty("offsetDelta").GetInt32();
        var timestampDelta = expected.GetProperty("timestampDelta").GetInt64();
        Assert.Equal(offsetDelta, record.OffsetDelta);
        Assert.Equal(batch.BaseOffset + offsetDelta, record.Offset);
        Assert.Equal(timestampDelta, record.TimestampDelta);
        Assert.Equal(batch.BaseTimestamp + timestampDelta, record.Timestamp);
        var recordBytes = expected.GetProperty("length").GetInt32();
        Assert.Equal(recordBytes + VarInt.SizeOf(recordBytes), record.SizeInBytes);
        AssertBytes(expected.GetProperty("key"), record.Key);
        AssertBytes(expected.GetProperty("value"), record.Value);

        var expectedHeaders = expected.GetProperty("headers").EnumerateArray().ToArray();
        Assert.Equal(expectedHeaders.Length, record.HeaderCount);
        var headers = record.Headers;
        foreach (var header in expectedHeaders)
        {
            Assert.True(headers.MoveNext());
            AssertBytes(header.GetProperty("key"), headers.Current.KeyUtf8);
            AssertBytes(header.GetProperty("value"), headers.Current.Value);
        }

        Assert.False(headers.MoveNext());
        if (batch.IsControl) AssertControl(expected, record);
    }

    private static void AssertControl(JsonElement expected, Record record)
    {
        Assert.True(ControlRecord.TryReadType(record, out var type));
        Assert.Equal(expected.GetProperty("controlKey").GetProperty("type").GetInt16(), (short)type);
        Assert.Equal(expected.GetProperty("controlType").GetString(), type.ToString().ToUpperInvariant());
        Assert.True(ControlRecord.TryReadCoordinatorEpoch(record, out var epoch));
        Assert.Equal(expected.GetProperty("controlValue").GetProperty("coordinatorEpoch").GetInt32(), epoch);
    }

    /// <summary>A text, {"hex": …}, {"length", "sha256", …} for long ones, or null.</summary>
    private static void AssertBytes(JsonElement expected, NullableBytes actual)
    {
        Assert.Equal(expected.ValueKind == JsonValueKind.Null, actual.IsNull);
        if (expected.ValueKind == JsonValueKind.String)
        {
            Assert.Equal(expected.GetString(), Encoding.UTF8.GetString(actual.Span));
        }
        else if (expected.ValueKind == JsonValueKind.Object && expected.TryGetProperty("hex", out var hex))
        {
            Assert.Equal(hex.GetString(), Convert.ToHexStringLower(actual.Span));
        }
        else if (expected.ValueKind == JsonValueKind.Object)
        {
            Assert.Equal(expected.GetProperty("length").GetInt32(), actual.Span.Length);
            Assert.Equal(expected.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(actual.Span)));
        }
    }
}
