using ActorBroker.Cli.Bench;
using ActorBroker.Log;

namespace ActorBroker.Cli.Tests.Bench;

public sealed class BenchBatchTests
{
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    [Theory]
    [InlineData(1, 1000)]
    [InlineData(100, 16 * 1024)]
    [InlineData(1024, 64 * 1024)]
    public void A_batch_is_whole_and_nearly_as_large_as_allowed(int recordBytes, int batchBytes)
    {
        var batch = BenchBatch.OfSize(recordBytes, batchBytes, Time);

        Assert.Equal(BatchError.None, BatchView.Read(batch.Bytes.Span, batchBytes, out var view));
        Assert.Equal(batch.Records, view.RecordCount);
        Assert.Equal(Time.ToUnixTimeMilliseconds(), view.MaxTimestamp);
        Assert.True(view.SizeInBytes + ((recordBytes + 20) * (1 + (batch.Records * 20 / (recordBytes + 20)))) > batchBytes, $"{view.SizeInBytes} bytes");
        using var records = new RecordReader(view);
        var count = 0;
        while (records.MoveNext())
        {
            Assert.Equal(recordBytes, records.Current.Value.Span.Length);
            count++;
        }

        Assert.Equal((batch.Records, BatchError.None), (count, records.Error));
    }

    [Fact]
    public void One_record_is_a_batch_however_large() => Assert.Equal(1, BenchBatch.OfSize(5000, 1000, Time).Records);
}
