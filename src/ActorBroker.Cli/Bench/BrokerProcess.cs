using System.Globalization;

namespace ActorBroker.Cli.Bench;

/// <summary>The broker's process, on this machine, as Linux tells of it below /proc.</summary>
internal sealed class BrokerProcess
{
    private const double TicksPerSecond = 100;   // USER_HZ, the same on every Linux that .NET runs on
    private const int UserTimeAt = 11;           // fields of stat behind the name in brackets: proc(5) has them as 14 and 15
    private const int SystemTimeAt = 12;
    private readonly string _folder;

    private BrokerProcess(int id) => (Id, _folder) = (id, $"/proc/{id}");

    public int Id { get; }

    /// <exception cref="CliException">It cannot be read.</exception>
    public static BrokerProcess Open(int id)
    {
        var process = new BrokerProcess(id);
        process.CpuTime();
        process.ResidentBytes();
        return process;
    }

    /// <summary>Of all its threads since its start, in steps of 10 ms.</summary>
    public TimeSpan CpuTime()
    {
        var stat = Read("stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((Number(fields[UserTimeAt]) + Number(fields[SystemTimeAt])) / TicksPerSecond);
    }

    /// <summary>Memory that is in use now: VmRSS.</summary>
    public long ResidentBytes()
    {
        const string Name = "VmRSS:";
        var line = Read("status").Split('\n').FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal))
            ?? throw new CliException($"--pid {Id}: {_folder}/status tells no memory: is it a process that has ended?");
        return Number(line[Name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim()) * ByteSizes.KiB;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private string Read(string file)
    {
        try
        {
            return File.ReadAllText($"{_folder}/{file}");
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"--pid {Id}: {_folder}/{file} cannot be read: give the process id of the broker, which runs on this machine, with Linux, and belongs to you", cause);
        }
    }
}
