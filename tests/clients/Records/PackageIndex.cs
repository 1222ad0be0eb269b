using System.Globalization;
using System.Text;
using ActorBroker.Clients.Acceptance.Programs;

namespace ActorBroker.Clients.Acceptance.Records;

/// <summary>The real data set: the Debian package index of this machine, one entry per package.</summary>
/// <remarks>
/// Where there is no such index (fewer than 10,000 packages) a seeded one of the same shape takes its place. At most
/// 24,000 entries, spread over the whole index; the variable ACTORBROKER_CLIENTS_RECORDS says another number or "all".
/// </remarks>
internal static class PackageIndex
{
    private const int EntriesDefault = 24_000;
    private const int EntriesMin = 10_000;
    private const int GeneratedEntries = 30_000;

    private static readonly Lazy<Task<IReadOnlyList<PackageEntry>>> Entries = new(LoadAsync);

    public static Task<IReadOnlyList<PackageEntry>> EntriesAsync() => Entries.Value;

    private static async Task<IReadOnlyList<PackageEntry>> LoadAsync()
    {
        var index = await ReadIndexAsync();
        var all = index.Count >= EntriesMin ? index : Generate(GeneratedEntries);
        var wanted = Environment.GetEnvironmentVariable("ACTORBROKER_CLIENTS_RECORDS") switch
        {
            null or "" => EntriesDefault,
            "all" => int.MaxValue,
            var number => int.Parse(number, CultureInfo.InvariantCulture),
        };
        var step = Math.Max(1.0, (double)all.Count / wanted);
        return [.. Enumerable.Range(0, Math.Min(all.Count, wanted)).Select(i => all[(int)(i * step)])];
    }

    private static async Task<List<PackageEntry>> ReadIndexAsync()
    {
        using var folder = new TemporaryFolder();
        var file = folder.NextFile("index");
        try
        {
            var (exitCode, _) = await ChildProcess.RunAsync("apt-cache", ["dumpavail"], TimeSpan.FromSeconds(60), outputFile: file);
            return exitCode == 0 ? Parse(await File.ReadAllBytesAsync(file)) : [];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return []; // not a Debian machine
        }
    }

    /// <summary>Stanzas are separated by empty lines; the value keeps every byte between them.</summary>
    private static List<PackageEntry> Parse(ReadOnlySpan<byte> index)
    {
        var entries = new List<PackageEntry>();
        while (!index.IsEmpty)
        {
            var end = index.IndexOf("\n\n"u8);
            var stanza = end < 0 ? index : index[..(end + 1)];
            if (stanza.StartsWith("Package: "u8))
                entries.Add(new PackageEntry(stanza[9..stanza.IndexOf((byte)'\n')].ToArray(), stanza.ToArray()));
            index = end < 0 ? [] : index[(end + 2)..];
        }
        return entries;
    }

    private static List<PackageEntry> Generate(int count)
    {
        var random = new Random(20_000_101);
        string[] words = ["lib", "tools", "for", "the", "development", "files", "documentation", "common", "python3", "fonts", "größe"];
        string Sentence(int length) => string.Join(' ', Enumerable.Range(0, length).Select(_ => words[random.Next(words.Length)]));
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var name = $"{words[random.Next(words.Length)]}-{i}";
            var stanza = $"Package: {name}\nVersion: {random.Next(9)}.{random.Next(99)}\nInstalled-Size: {random.Next(1 << 20)}\n" +
                         $"Description: {Sentence(6)}\nDepends: {Sentence(random.Next(4, 200))}\nTag: {Sentence(10)}\n";
            return new PackageEntry(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(stanza));
        })];
    }
}

/// <summary>Name and whole stanza of one package.</summary>
internal sealed record PackageEntry(byte[] Name, byte[] Stanza);
