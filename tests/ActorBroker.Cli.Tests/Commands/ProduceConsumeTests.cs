using System.Text;
using ActorBroker.Cli.Tests.Support;

namespace ActorBroker.Cli.Tests.Commands;

public sealed class ProduceConsumeTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private static readonly byte[] Binary = [0xff, 0x00, 0xfe, (byte)'\n', (byte)'o', (byte)'k', (byte)'\n'];

    [Fact]
    public async Task Lines_come_back_as_they_went()
    {
        var topic = await broker.NewTopicAsync();

        var produced = (await broker.RunAsync("one\n\nthree\r\nlast", ["produce", topic])).Ok();

        Assert.Empty(produced.Output);
        Assert.Contains("4 records", produced.Error, StringComparison.Ordinal);
        Assert.Equal("one\n\nthree\r\nlast\n", (await broker.RunAsync("consume", topic)).Ok().Output);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_survive()
    {
        var topic = await broker.NewTopicAsync();
        (await broker.RunAsync(Binary, ["produce", topic])).Ok();

        Assert.Equal(Binary, (await broker.RunAsync("consume", topic)).Ok().OutputBytes);
        var json = (await broker.RunAsync("consume", topic, "--json")).Ok().Json;
        Assert.Equal(Binary[..3], json[0].GetProperty("value").GetBytesFromBase64());
        Assert.True(json[0].GetProperty("valueIsBase64").GetBoolean());
        Assert.Equal("ok", json[1].GetProperty("value").GetString());
    }

    [Fact]
    public async Task Keys_nulls_and_headers_are_kept()
    {
        var topic = await broker.NewTopicAsync();
        (await broker.RunAsync("k1:v1\nk2:NULL\n", ["produce", topic, "--key-separator", ":", "--null-value", "NULL", "--header", "a=1", "--header", "b=2=3"])).Ok();

        var run = (await broker.RunAsync("consume", topic, "--format", @"%t %p %o %k %v %s %h\n")).Ok();

        Assert.Equal($"{topic} 0 0 k1 v1 2 a=1,b=2=3\n{topic} 0 1 k2 null -1 a=1,b=2=3\n", run.Output);
    }

    [Fact]
    public async Task A_key_always_lands_in_one_partition_and_stays_in_order()
    {
        var topic = await broker.NewTopicAsync(partitions: 4);
        var input = new StringBuilder();
        for (var i = 0; i < 1000; i++) input.Append(System.Globalization.CultureInfo.InvariantCulture, $"key{i % 10}:{i}\n");
        (await broker.RunAsync(input.ToString(), ["produce", topic, "--key-separator", ":", "--batch-bytes", "500"])).Ok();

        var records = (await broker.RunAsync("consume", topic, "--json")).Ok().Json;

        Assert.Equal(1000, records.Count);
        foreach (var key in records.GroupBy(record => record.GetProperty("key").GetString()))
        {
            Assert.Single(key.Select(record => record.GetProperty("partition").GetInt32()).Distinct());
            var values = key.Select(record => int.Parse(record.GetProperty("value").GetString()!, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
            Assert.Equal(values.Order(), values);
        }
    }

    [Theory]
    [InlineData("none", "all")]
    [InlineData("gzip", "all")]
    [InlineData("snappy", "1")]
    [InlineData("lz4", "0")]
    public async Task A_file_goes_through_every_codec_and_every_acks(string codec, string acks)
    {
        var topic = await broker.NewTopicAsync();
        var content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i} of a file that compresses well\n")));
        using var file = new TemporaryFile(content);

        (await broker.RunAsync("produce", topic, "--file", file.Name, "--compression", codec, "--acks", acks, "--batch-bytes", "16k")).Ok();

        // With acks 0 nobody says when the last batch is in: following waits for it.
        var consumed = (await broker.RunAsync("consume", topic, "--follow", "--count", "20000")).Ok();
        Assert.Equal(content, consumed.OutputBytes);
    }

    [Fact]
    public async Task Produce_tells_scripts_where_the_batches_went()
    {
        var topic = await broker.NewTopicAsync(partitions: 2);
        var json = (await broker.RunAsync("a\nb\nc\n", ["produce", topic, "--partition", "1", "--json"])).Ok().Json;

        var batches = json.Take(json.Count - 1).ToArray();
        Assert.All(batches, batch => Assert.Equal(1, batch.GetProperty("partition").GetInt32()));
        Assert.Equal(0, batches.Min(batch => batch.GetProperty("baseOffset").GetInt64()));   // lines come as answers are taken, of several batches in any order
        Assert.Equal(3, batches.Sum(batch => batch.GetProperty("count").GetInt32()));
        Assert.Equal(3, json[^1].GetProperty("records").GetInt64());
    }

    [Fact]
    public async Task Reading_begins_where_it_is_told_and_stops_after_the_count()
    {
        var topic = await broker.NewTopicAsync();
        (await broker.RunAsync("a\nb\nc\nd\ne\n", ["produce", topic])).Ok();

        Assert.Equal("c\nd\n", (await broker.RunAsync("consume", topic, "--offset", "2", "--count", "2")).Ok().Output);
        Assert.Equal("e\n", (await broker.RunAsync("consume", topic, "--from", "4")).Ok().Output);
        Assert.Equal("a\n", (await broker.RunAsync("consume", topic, "--from", "beginning", "--count", "1")).Ok().Output);
        Assert.Equal("", (await broker.RunAsync("consume", topic, "--from", "end")).Ok().Output);
        Assert.Equal("", (await broker.RunAsync("consume", topic, "--count", "0")).Ok().Output);
    }

    [Fact]
    public async Task An_offset_outside_the_partition_is_refused_with_its_bounds()
    {
        var topic = await broker.NewTopicAsync();
        (await broker.RunAsync("a\n", ["produce", topic])).Ok();

        var run = (await broker.RunAsync("consume", topic, "--offset", "7")).FailedWith(1);

        Assert.Contains("no offset 7: it begins at 0 and ends before 1", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_by_time_begins_at_the_first_record_of_that_time()
    {
        var topic = await broker.NewTopicAsync();
        (await broker.RunAsync("a\nb\n", ["produce", topic])).Ok();
        var timestamps = (await broker.RunAsync("consume", topic, "--json")).Ok().Json.Select(record => record.GetProperty("timestamp").GetInt64()).ToArray();

        Assert.Equal("a\nb\n", (await broker.RunAsync("consume", topic, "--timestamp", $"{timestamps[0]}")).Ok().Output);
        Assert.Equal("a\nb\n", (await broker.RunAsync("consume", topic, "--timestamp", "2000-01-01T00:00:00Z")).Ok().Output);
        Assert.Equal("", (await broker.RunAsync("consume", topic, "--timestamp", $"{timestamps[1] + 60_000}")).Ok().Output);
    }

    [Theory]
    [InlineData("produce")]
    [InlineData("consume")]
    public async Task A_partition_that_does_not_exist_is_a_wrong_call(string command)
    {
        var topic = await broker.NewTopicAsync(partitions: 2);
        var run = (await broker.RunAsync("x\n", [command, topic, "--partition", "2"])).FailedWith(2);
        Assert.Contains("no partition 2: it has 0 to 1", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_without_its_key_fails_but_the_lines_before_it_are_written()
    {
        var topic = await broker.NewTopicAsync();
        var run = (await broker.RunAsync("k:v\noops\n", ["produce", topic, "--key-separator", ":"])).FailedWith(1);

        Assert.Contains("line 2 has no key separator ':'", run.Error, StringComparison.Ordinal);
        Assert.Equal("v\n", (await broker.RunAsync("consume", topic)).Ok().Output);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        var topic = await broker.NewTopicAsync();
        Assert.Contains("no-such-file", (await broker.RunAsync("produce", topic, "--file", "no-such-file")).FailedWith(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_above_the_topics_limit_is_refused_with_what_to_do()
    {
        var topic = await broker.NewTopicAsync();
        var run = (await broker.RunAsync(new string('x', 3_000_000) + "\n", ["produce", topic])).FailedWith(1);
        Assert.Contains("MESSAGE_TOO_LARGE", run.Error, StringComparison.Ordinal);
        Assert.Contains("0 of 1 records", run.Error, StringComparison.Ordinal);
    }
}
