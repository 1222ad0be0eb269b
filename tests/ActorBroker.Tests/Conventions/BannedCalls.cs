using System.Text.RegularExpressions;

namespace ActorBroker.Tests.Conventions;

/// <summary>Which calls the sources must not contain, because they go round the clock, the disk, the network, the chance or the
/// ownership that a simulation replaces.</summary>
public static class BannedCalls
{
    private const string Runtime = "src/ActorBroker.Akka";   // and its TestKit
    private const string Broker = "src/ActorBroker/";
    private const string Node = "src/ActorBroker.Node/";
    private const string Cli = "src/ActorBroker.Cli/";

    /// <param name="Name">What the failure calls it.</param>
    /// <param name="Pattern">Looked for in code; comments and literals are not looked at.</param>
    /// <param name="Instead">What to use.</param>
    /// <param name="Allowed">Where it may stand all the same, with the reason.</param>
    public sealed record Ban(string Name, string Pattern, string Instead, params Allowance[] Allowed);

    /// <param name="Path">A file, or the beginning of a folder's name.</param>
    public sealed record Allowance(string Path, string Reason);

    private static readonly Allowance RuntimeItself = new(Runtime, "it implements the scheduler, the dispatchers and the mailboxes");

    public static readonly IReadOnlyList<Ban> InSources =
    [
        new("wall clock", @"\bDateTime(Offset)?\.(Now|UtcNow|Today)\b", "the TimeProvider handed in, or the actor system's scheduler",
            RuntimeItself),
        new("tick count or stopwatch", @"\b(Environment\.TickCount|Stopwatch\b)", "TimeProvider.GetTimestamp and GetElapsedTime",
            RuntimeItself),
        new("sleep", @"\bThread\.(Sleep|SpinWait|Yield)\(", "a timer of the actor", RuntimeItself),
        new("delay", @"\bTask\.Delay\([^,()]*(\([^()]*\))?[^,()]*\)", "the actor system's scheduler; in a program, Task.Delay with the TimeProvider",
            RuntimeItself),
        new("task or thread of one's own", @"\b(Task\.Run\(|Task\.Factory\b|new Thread\(|ThreadPool\.|Parallel\.|new (System\.Threading\.)?Timer\()",
            "an actor, or PipeTo on the task you have", RuntimeItself,
            new Allowance(Cli + "Bench/Crew.cs", "a load generator blocks on its connections: cheaper than a wake-up of the pool for each answer")),
        new("chance without a seed", @"\b(new Random\(|Random\.Shared|RandomNumberGenerator\b)", "the seeded source of the system", RuntimeItself,
            new Allowance(Broker + "BrokerNode.cs", "makes the node's one source, from its seed")),
        new("file access", @"(?<![\w.])(System\.IO\.)?(File\.(Open|Create|ReadAll|ReadLines|WriteAll|Append|Exists|Delete|Move|Copy|Replace|GetLast|SetLast|GetAttr|SetAttr)\w*\("
            + @"|Directory\.[A-Z]\w+\(|RandomAccess\.|new (FileStream|FileInfo|DirectoryInfo|StreamReader\([^()]*[Pp]ath|StreamWriter\([^()]*[Pp]ath))",
            "ILogFiles",
            new Allowance("src/ActorBroker.Log/Files/Disk", "the one implementation of ILogFiles that means a real disk"),
            new Allowance(Broker + "Storage/DataFolder.cs", "claims the data folder before there is a node that could own files"),
            new Allowance(Node, "reads the configuration file that the operator names"),
            new Allowance(Cli, "reads the file that the user names"),
            new Allowance(Runtime + ".TestKit/MultiNode/", "the output of the processes of a test goes to files for people"),
            new Allowance(Runtime + "/Configuration/", "HOCON includes and ConfigurationFactory.FromFile name files"),
            new Allowance(Runtime + "/Persistence/Snapshot/", "Akka's own snapshot store keeps files"),
            new Allowance(Runtime + "/Persistence/LocalFile/", "journal and snapshots of applications that have no storage of their own")),
        new("socket", @"\bnew (Socket|TcpClient|TcpListener|UdpClient|NetworkStream|HttpListener)\(", "the session's transport interface",
            new Allowance(Broker + "Sessions/Transport/", "the one place where clients' connections are accepted"),
            new Allowance(Cli + "Client/", "the command line is a client of its own"),
            RuntimeItself),
        new("lock", @"(\block\s*\(|\bMonitor\.(Try)?Enter\b|\bnew (SemaphoreSlim|Mutex|ReaderWriterLockSlim|ManualResetEvent(Slim)?|AutoResetEvent|Lock)\()",
            "the actor that owns the state",
            new Allowance(Runtime, "mailboxes, event bus and children are shared by design"),
            new Allowance(Broker + "Limits/", "what all sessions count in; only who finds no room takes the lock"),
            new Allowance("src/ActorBroker.Client/Producing/", "records are accepted on their callers' threads; batches, not records, go to the actor"),
            new Allowance(Cli, "no actor system here: awaited semaphores bound what is in flight"),
            new Allowance(Node, "waits for the signal that ends the process")),
        new("async void", @"\basync\s+void\b", "async Task, awaited or piped to an actor"),
        new("blocking on a task", @"\.GetAwaiter\(\)\s*\.GetResult\(\)|\.Wait\(\)|\bTask\.WaitA(ll|ny)\(", "await, or PipeTo", RuntimeItself),
        new("console", @"(?<![\w.])(System\.)?Console\.(?!Cancel)", "the actor's log, or the writer handed in",
            new Allowance(Node, "a console program"),
            new Allowance(Cli, "a console program"),
            new Allowance("src/Samples/", "programs that show something to people"),
            new Allowance(Runtime, "StandardOutLogger prints what happens before logging is up")),
        new("process exit", @"\bEnvironment\.(Exit|FailFast)\(", "a stopped actor system, and the program's own return code",
            new Allowance(Runtime, "CoordinatedShutdown exits the process when it is configured to")),
    ];

    /// <summary>Sources and tests alike.</summary>
    public static readonly IReadOnlyList<Ban> Everywhere =
    [
        new("unfinished code", @"\bNotImplementedException\b", "the code, or a refusal that names what is not supported"),
    ];

    /// <summary>What makes tests slow, or fail on a loaded machine.</summary>
    public static readonly IReadOnlyList<Ban> InTests =
    [
        new("sleep", @"\b(Thread\.Sleep|Task\.Delay)\(", "virtual time, AwaitAssert, or a completion the subject signals"),
        new("skipped test", @"\[(Fact|Theory)\([^\]]*\bSkip\s*=", "a test that runs, or none"),
        new("chance without a seed", @"(\bnew Random\(\)|Random\.Shared)", "new Random(seed), with the seed in the failure message"),
    ];

    /// <summary>Every place where a file uses what is banned and no allowance covers it.</summary>
    public static IEnumerable<Finding> Find(SourceFile file, IEnumerable<Ban> bans)
    {
        foreach (var ban in bans.Where(ban => !ban.Allowed.Any(allowance => file.IsIn(allowance.Path))))
        {
            foreach (Match match in Regex.Matches(file.Code, ban.Pattern))
            {
                yield return new Finding(file.Path, file.LineAt(match.Index), $"{ban.Name} `{match.Value.Trim()}`: use {ban.Instead}.");
            }
        }
    }
}
