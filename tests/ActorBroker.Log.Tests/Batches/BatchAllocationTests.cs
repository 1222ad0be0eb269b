namespace ActorBroker.Log.Tests.Batches;

/// <summary>The hot path allocates nothing; the count is exact, so one byte would fail.</summary>
public sealed class BatchAllocationTests
{
    private readonly byte[] _batch = Build();

    [Fact]
    public void Reading_a_batch_allocates_nothing() => AssertAllocatesNothing(() =>
    {
        Assert.True(BatchView.Read(_batch, 1 << 20, out var batch) == BatchError.None && batch.RecordCount == 100);
        Assert.True(BatchView.ReadHeader(_batch.AsSpan(0, BatchView.HeaderBytes), 1 << 20, out _) == BatchError.None);
    });

    [Fact]
    public void Checking_a_batch_allocates_nothing() => AssertAllocatesNothing(() =>
    {
        Assert.True(BatchCheck.Check(_batch, 1 << 20, out var batch) == BatchError.None);
        Assert.True(BatchCheck.CheckRecords(batch, keysRequired: true) == BatchError.None);
    });

    [Fact]
    public void Stamping_a_batch_allocates_nothing() => AssertAllocatesNothing(() =>
    {
        BatchView.Stamp(_batch, new Offset(42), new LeaderEpoch(7));
        BatchView.StampLogAppendTime(_batch, 1_800_000_000_000);
    });

    [Fact]
    public void Reading_plain_records_with_their_headers_allocates_nothing() => AssertAllocatesNothing(() =>
    {
        BatchView.Read(_batch, 1 << 20, out var batch);
        using var records = new RecordReader(batch);
        var bytes = 0;
        while (records.MoveNext())
        {
            bytes += records.Current.Key.Span.Length + records.Current.Value.Span.Length;
            foreach (var header in records.Current.Headers) bytes += header.KeyUtf8.Length;
        }

        Assert.True(records.Error == BatchError.None && bytes > 0);
    });

    [Fact]
    public void Walking_a_sequence_of_batches_allocates_nothing() => AssertAllocatesNothing(() =>
    {
        var count = 0;
        foreach (var batch in new BatchSequence(_batch, 1 << 20)) count += batch.RecordCount;
        Assert.True(count == 100);
    });

    private static byte[] Build()
    {
        var writer = new BatchWriter();
        for (var i = 0; i < 100; i++) writer.Add(1_700_000_000_000 + i, "123"u8, new byte[i], [new("k", [1]), new("n", null)]);
        return writer.ToArray();
    }

    private static void AssertAllocatesNothing(Action action)
    {
        action();   // code and static fields come into being here
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++) action();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
