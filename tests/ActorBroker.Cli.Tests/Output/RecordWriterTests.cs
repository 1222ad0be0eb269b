using System.Text;
using System.Text.Json;
using ActorBroker.Cli.Output;
using ActorBroker.Log;

namespace ActorBroker.Cli.Tests.Output;

public sealed class RecordWriterTests
{
    private static readonly byte[] NotUtf8 = [0xff, 0xfe, 0x00];

    [Theory]
    [InlineData(@"%t/%p@%o %k=%v %T %s\n", "orders/3@40 key=väl 1000 4\n")]
    [InlineData(@"%h\t%%\\\x41\0", "h1=v1,h2=null\t%\\A\0")]
    [InlineData("%v→😀", "väl→😀")]
    [InlineData("", "")]
    public async Task A_pattern_prints_the_fields_it_names(string pattern, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(await PrintAsync(pattern, "key"u8.ToArray(), "väl"u8.ToArray())));

    [Fact]
    public async Task Null_has_a_text_of_its_own_and_size_minus_one() =>
        Assert.Equal("[null|null|-1]", Encoding.UTF8.GetString(await PrintAsync("[%k|%v|%s]", null, null)));

    [Fact]
    public async Task Values_are_printed_as_the_bytes_they_are() => Assert.Equal(NotUtf8, await PrintAsync("%v", null, NotUtf8));

    [Theory]
    [InlineData("%x", "%x")]
    [InlineData("%", "%")]
    [InlineData(@"\q", @"\q")]
    [InlineData(@"\x4", @"\x")]
    public async Task An_unknown_field_or_escape_is_refused(string pattern, string named)
    {
        var refused = await Assert.ThrowsAsync<UsageException>(() => PrintAsync(pattern, null, null));
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_every_field()
    {
        var json = await JsonAsync("k\"ey"u8.ToArray(), "väl"u8.ToArray());

        Assert.Equal("orders", json.GetProperty("topic").GetString());
        Assert.Equal(3, json.GetProperty("partition").GetInt32());
        Assert.Equal(40, json.GetProperty("offset").GetInt64());
        Assert.Equal(1000, json.GetProperty("timestamp").GetInt64());
        Assert.Equal("k\"ey", json.GetProperty("key").GetString());
        Assert.Equal("väl", json.GetProperty("value").GetString());
        Assert.Equal("v1", json.GetProperty("headers")[0].GetProperty("value").GetString());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("headers")[1].GetProperty("value").ValueKind);
        Assert.False(json.TryGetProperty("valueIsBase64", out _));
    }

    [Fact]
    public async Task Json_says_when_bytes_are_in_base64()
    {
        var json = await JsonAsync(null, NotUtf8);

        Assert.Equal(NotUtf8, json.GetProperty("value").GetBytesFromBase64());
        Assert.True(json.GetProperty("valueIsBase64").GetBoolean());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("key").ValueKind);
        Assert.False(json.TryGetProperty("keyIsBase64", out _));
    }

    [Fact]
    public async Task A_table_lines_its_columns_up()
    {
        using var stream = new MemoryStream();
        var output = new ByteOutput(stream);
        var table = new TextTable("NAME", "COUNT");
        table.Add("a", "5");
        table.Add("longer", "12345678");
        table.WriteTo(output);
        await output.FlushAsync(CancellationToken.None);

        Assert.Equal("NAME       COUNT\na              5\nlonger  12345678\n", Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static async Task<byte[]> PrintAsync(string pattern, byte[]? key, byte[]? value)
    {
        using var stream = new MemoryStream();
        var output = new ByteOutput(stream);
        Print(new RecordFormat(pattern, "orders", "null", output), key, value);
        await output.FlushAsync(CancellationToken.None);
        return stream.ToArray();
    }

    private static async Task<JsonElement> JsonAsync(byte[]? key, byte[]? value)
    {
        using var stream = new MemoryStream();
        var output = new ByteOutput(stream);
        using var lines = new JsonLines(output);
        Print(new RecordJson("orders", lines), key, value);
        await output.FlushAsync(CancellationToken.None);
        return JsonDocument.Parse(stream.ToArray()).RootElement;
    }

    private static void Print(IRecordWriter writer, byte[]? key, byte[]? value)
    {
        var batch = new BatchWriter { BaseOffset = new Offset(40) };
        batch.Add(1000, key, value, [new RecordHeader("h1", "v1"u8.ToArray()), new RecordHeader("h2", null)]);
        Assert.Equal(BatchError.None, BatchView.Read(batch.ToArray(), 10_000, out var view));
        using var records = new RecordReader(view);
        Assert.True(records.MoveNext());
        writer.Write(3, records.Current);
    }
}
