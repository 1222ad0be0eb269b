using System.Text;

namespace ActorBroker.Log.Tests.Batches;

/// <summary>A batch built in place, against <see cref="BatchWriter"/> and <see cref="BatchCheck"/>.</summary>
public sealed class BatchBufferTests
{
    private static readonly RecordHeader[] Headers = [new("trace", [1, 2]), new("", null)];

    [Fact]
    public void It_writes_the_bytes_that_the_copying_writer_writes()
    {
        var buffer = new BatchBuffer(new byte[100], 4096);
        var writer = new BatchWriter { ProducerId = 7, ProducerEpoch = 3, BaseSequence = 40 };
        for (var i = 0; i < 20; i++)
        {
            var (key, value) = (i % 3 == 0 ? null : Encoding.UTF8.GetBytes($"key-{i}"), i % 5 == 0 ? null : new byte[i * 7]);
            var headers = i % 4 == 0 ? Headers : null;
            Assert.True(Add(buffer, 1000 - (i % 6), key, value, headers));
            writer.Add(1000 - (i % 6), key, value, headers);
        }

        Assert.Equal(writer.SizeInBytes, buffer.SizeInBytes);
        Assert.Equal(writer.ToArray(), buffer.Seal(CompressionCodec.None, 7, 3, 40).ToArray());
    }

    [Fact]
    public void A_record_that_does_not_fit_changes_nothing_unless_it_is_the_first()
    {
        var buffer = new BatchBuffer(new byte[128], 128);

        Assert.True(Add(buffer, 1, null, new byte[500], null));
        Assert.False(Add(buffer, 1, null, new byte[1], null));

        Assert.Equal(BatchError.None, BatchCheck.Check(buffer.Seal(CompressionCodec.None, -1, -1, -1).Span, 4096, out var batch));
        Assert.Equal(1, batch.RecordCount);
    }

    [Theory]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Lz4)]
    public void A_sealed_batch_can_be_sealed_again_with_other_numbers(CompressionCodec codec)
    {
        var buffer = new BatchBuffer(new byte[128], 8192);
        for (var i = 0; i < 50; i++) Assert.True(Add(buffer, i, null, new byte[100], null));

        buffer.Seal(codec, 1, 0, 5);
        var sealedAgain = buffer.Seal(codec, 2, 1, 0);

        Assert.Equal(BatchError.None, BatchCheck.Check(sealedAgain.Span, 8192, out var batch));
        Assert.Equal(BatchError.None, BatchCheck.CheckRecords(batch));
        Assert.Equal((2, (short)1, 0, codec), (batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence, batch.Codec));
        Assert.True(sealedAgain.Length < 1000);
    }

    [Fact]
    public void A_batch_that_compression_would_enlarge_stays_plain()
    {
        var buffer = new BatchBuffer(new byte[128], 8192);
        Assert.True(Add(buffer, 1, null, Samples.Make("random", 3, 40), null));

        Assert.Equal(BatchError.None, BatchCheck.Check(buffer.Seal(CompressionCodec.Gzip, 1, 0, 0).Span, 8192, out var batch));
        Assert.Equal(CompressionCodec.None, batch.Codec);
    }

    private static bool Add(BatchBuffer buffer, long timestamp, byte[]? key, byte[]? value, RecordHeader[]? headers) =>
        buffer.TryAdd(timestamp, key, value, headers, BatchBuffer.SizeOfHeaders(headers));
}
