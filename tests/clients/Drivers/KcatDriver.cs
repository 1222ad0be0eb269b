using System.Globalization;
using System.Text;
using ActorBroker.Clients.Acceptance.Programs;
using ActorBroker.Clients.Acceptance.Records;

namespace ActorBroker.Clients.Acceptance.Drivers;

/// <summary>kcat by its command line. Records go in through a file with control characters as delimiters.</summary>
internal sealed class KcatDriver() : ClientDriver("kcat", ClientPrograms.Kcat)
{
    private const byte EndOfKey = 0x1f;
    private const byte EndOfRecord = 0x1e;

    /// <summary>Topic, partition, offset, time, key and value length; then key, value and the headers up to a line end.</summary>
    private const string Format = @"%t %p %o %T %K %S\n%k%s%h\n";

    public override bool ReportsPlaces => false;

    public override bool SetsTimestamps => false;

    /// <summary>Its input has no escapes, and "empty is null" is said for key and value together.</summary>
    public override bool CanSend(KafkaRecord record) =>
        !Contains(record.Key, EndOfKey, EndOfRecord) && !Contains(record.Value, EndOfKey, EndOfRecord) &&
        (record.Value is null ? record.Key is not { Length: 0 } : record.Key is not null || record.Value.Length > 0);

    public override async Task ProduceAsync(string broker, IReadOnlyList<KafkaRecord> records, ProduceOptions options, AckLog acks)
    {
        using var folder = new TemporaryFolder();
        foreach (var partition in records.GroupBy(record => (record.Topic, record.Partition)).Select(one => one.ToList()))
        {
            for (var at = 0; at < partition.Count;)
            {
                var alike = partition.Skip(at).TakeWhile(record => SharesRun(partition[at], record)).ToList();
                await ProduceRunAsync(broker, alike, options, folder.NextFile("input"));
                at += alike.Count;
            }
        }
    }

    public override async Task<IReadOnlyList<KafkaRecord>> ConsumeAsync(string broker, IReadOnlyList<string> topics, int countMin = 0)
    {
        var records = new List<KafkaRecord>();
        foreach (var topic in topics)
        {
            string[] end = countMin > 0 ? ["-c", Text(countMin)] : ["-e"];
            records.AddRange(await ReadAsync(["-b", broker, "-q", "-C", "-t", topic, "-o", "beginning", .. end, "-f", Format]));
        }
        return records;
    }

    public override Task<IReadOnlyList<KafkaRecord>> ConsumeInGroupAsync(string broker, string group, string topic, int count) =>
        ReadAsync(["-b", broker, "-q", "-G", group, topic, "-X", "auto.offset.reset=earliest", "-c", Text(count), "-f", Format]);

    /// <summary>Output of one kcat command.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        var (exitCode, output) = await ChildProcess.RunAsync("kcat", arguments, Patience);
        Assert.True(exitCode == 0, $"kcat {string.Join(' ', arguments)} ended with {exitCode}:\n{output}");
        return output;
    }

    private static async Task ProduceRunAsync(string broker, List<KafkaRecord> records, ProduceOptions options, string file)
    {
        await using (var input = File.Create(file))
        {
            foreach (var record in records)
            {
                // An empty input line is no record at all, but an empty key and an empty value are.
                if (record.Key is not null || record.Value is null) await input.WriteAsync((byte[])[.. record.Key ?? [], EndOfKey]);
                await input.WriteAsync((byte[])[.. record.Value ?? [], EndOfRecord]);
            }
        }
        var first = records[0];
        await RunAsync(
        [
            "-b", broker, "-P", "-t", first.Topic, "-p", Text(first.Partition), "-K", @"\x1f", "-D", @"\x1e", "-z", options.Codec,
            "-X", $"acks={options.Acks}", "-X", $"enable.idempotence={(options.IsIdempotent ? "true" : "false")}",
            "-X", "message.max.bytes=4194304", "-X", "topic.partitioner=murmur2_random", "-X", "linger.ms=20",
            .. options.IsIdempotent ? Array.Empty<string>() : ["-X", "max.in.flight=1"],
            .. first.Headers.SelectMany(header => new[] { "-H", Argument(header) }),
            .. first.Value is null ? ["-Z"] : Array.Empty<string>(),
            "-l", file,
        ]);
    }

    private static string Argument(RecordHeader header) =>
        header.Value is null ? header.Name : $"{header.Name}={Encoding.UTF8.GetString(header.Value)}";

    private static bool SharesRun(KafkaRecord one, KafkaRecord other) =>
        one.Value is null == other.Value is null &&
        one.Headers.Select(Argument).SequenceEqual(other.Headers.Select(Argument));

    private static bool Contains(byte[]? bytes, params byte[] any) => bytes.AsSpan().ContainsAny(any);

    private static long Number(string word) => long.Parse(word, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task<IReadOnlyList<KafkaRecord>> ReadAsync(string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var file = folder.NextFile("output");
        var (exitCode, output) = await ChildProcess.RunAsync("kcat", arguments, Patience, outputFile: file);
        Assert.True(exitCode == 0, $"kcat {string.Join(' ', arguments)} ended with {exitCode}:\n{output}");
        return Parse(await File.ReadAllBytesAsync(file));
    }

    private static List<KafkaRecord> Parse(ReadOnlySpan<byte> output)
    {
        var records = new List<KafkaRecord>();
        while (!output.IsEmpty)
        {
            var words = Encoding.UTF8.GetString(Line(ref output)).Split(' ');
            var key = Take(ref output, (int)Number(words[4]));
            var value = Take(ref output, (int)Number(words[5]));
            var headers = Headers(Encoding.UTF8.GetString(Line(ref output)));
            var (partition, offset, time) = (Number(words[1]), Number(words[2]), Number(words[3]));
            records.Add(new KafkaRecord(words[0], (int)partition, offset, time, key, value, headers));
        }
        return records;
    }

    /// <summary>kcat writes "name=value,name=NULL".</summary>
    private static RecordHeader[] Headers(string text) => text.Length == 0 ? [] : [.. text.Split(',').Select(pair =>
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        var value = pair[(equals + 1)..];
        return new RecordHeader(pair[..equals], value == "NULL" ? null : Encoding.UTF8.GetBytes(value));
    })];

    private static ReadOnlySpan<byte> Line(ref ReadOnlySpan<byte> output)
    {
        var end = output.IndexOf((byte)'\n');
        var line = output[..end];
        output = output[(end + 1)..];
        return line;
    }

    private static byte[]? Take(ref ReadOnlySpan<byte> output, int length)
    {
        if (length < 0) return null;
        var taken = output[..length].ToArray();
        output = output[length..];
        return taken;
    }
}
