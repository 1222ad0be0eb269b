using System.Text;
using ActorBroker.Cli.Input;

namespace ActorBroker.Cli.Tests.Input;

public sealed class LineReaderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "[a]")]
    [InlineData("a\n", "[a]")]
    [InlineData("a\n\nb", "[a][][b]")]
    [InlineData("\n", "[]")]
    [InlineData("a\r\nb\r", "[a\r][b\r]")]
    public async Task Lines_end_at_line_feeds_only(string text, string expected) => Assert.Equal(expected, Join(await ReadAsync(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public async Task Bytes_that_are_no_text_stay_as_they_are()
    {
        byte[] bytes = [0xff, 0x00, (byte)'\n', 0xc3, 0x28];
        var lines = await ReadAsync(bytes);

        Assert.Equal([0xff, 0x00], lines[0]);
        Assert.Equal([0xc3, 0x28], lines[1]);
    }

    [Fact]
    public async Task A_line_longer_than_the_buffer_comes_whole()
    {
        var text = new string('x', 300_000) + "\n" + new string('y', 10);
        var lines = await ReadAsync(Encoding.UTF8.GetBytes(text));

        Assert.Equal([300_000, 10], lines.Select(line => line.Length));
    }

    [Fact]
    public async Task Lines_may_come_in_pieces()
    {
        using var drip = new DripStream(Encoding.UTF8.GetBytes("ab\ncd\n\nefg"));
        Assert.Equal("[ab][cd][][efg]", Join(await ReadAsync(drip)));
    }

    [Fact]
    public async Task Lines_and_bytes_are_counted()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("ab\nc"));
        var lines = new LineReader(stream);
        while (await lines.MoveNextAsync(CancellationToken.None))
        {
        }

        Assert.Equal((2, 4), (lines.Number, lines.BytesRead));
    }

    private static string Join(IEnumerable<byte[]> lines) => string.Concat(lines.Select(line => $"[{Encoding.UTF8.GetString(line)}]"));

    private static async Task<List<byte[]>> ReadAsync(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return await ReadAsync(stream);
    }

    private static async Task<List<byte[]>> ReadAsync(Stream stream)
    {
        var reader = new LineReader(stream);
        var lines = new List<byte[]>();
        while (await reader.MoveNextAsync(CancellationToken.None)) lines.Add(reader.Current.ToArray());
        return lines;
    }

    private sealed class DripStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..1], cancellationToken);
    }
}
