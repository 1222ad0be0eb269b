namespace ActorBroker.Clients.Acceptance.Programs;

/// <summary>The client programs of the suite: whether they are here, where they are, and what installs them.</summary>
/// <remarks>
/// A test whose program is missing is skipped with the install command; with ACTORBROKER_REQUIRE_CLIENTS=1, as in CI,
/// it fails instead. The look-up of each program runs once.
/// </remarks>
internal static class ClientPrograms
{
    public const string SystemPython = "/usr/bin/python3";
    public const string RequireVariable = "ACTORBROKER_REQUIRE_CLIENTS";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Lazy<string> NodeModules = new(FindNodeModules);
    private static readonly Lazy<Task<string?>> CompiledProgram = new(CompileAsync);

    public static ClientProgram Kcat { get; } = new("kcat", "apt-get install -y kcat", () => SucceedsAsync("kcat", "-V"));

    public static ClientProgram KafkaPython { get; } = new("kafka-python",
        "apt-get install -y python3-kafka python3-lz4 python3-snappy python3-zstandard",
        () => SucceedsAsync(SystemPython, "-c", "import kafka, lz4, snappy, zstandard"));

    public static ClientProgram ConfluentPython { get; } = new("confluent-kafka", "apt-get install -y python3-confluent-kafka",
        () => SucceedsAsync(SystemPython, "-c", "import confluent_kafka"));

    public static ClientProgram KafkaJs { get; } = new("kafkajs",
        "npm install --prefix artifacts/clients --no-save --no-package-lock kafkajs",
        () => SucceedsAsync("node", "-e", "require('kafkajs')"));

    /// <summary>Comes with the repository.</summary>
    public static ClientProgram Native { get; } = new("native", "nothing", () => Task.FromResult(true));

    public static ClientProgram Librdkafka { get; } = new("librdkafka", "apt-get install -y librdkafka-dev pkg-config gcc",
        async () => await CompiledProgram.Value is not null);

    /// <summary>What node needs to find the packages that were installed outside the tracked tree.</summary>
    public static IReadOnlyDictionary<string, string> NodeEnvironment => new Dictionary<string, string>
    {
        ["NODE_PATH"] = NodeModules.Value,
        ["KAFKAJS_NO_PARTITIONER_WARNING"] = "1",
    };

    public static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "scripts", name);

    /// <summary>Path of the C program, compiled on first use.</summary>
    public static async Task<string> CompiledAsync() =>
        await CompiledProgram.Value ?? throw new InvalidOperationException("rdk.c did not compile; require Librdkafka first");

    private static async Task<bool> SucceedsAsync(string file, params string[] arguments)
    {
        try
        {
            return (await ChildProcess.RunAsync(file, arguments, Patience, NodeEnvironment)).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // no such program
        }
    }

    private static async Task<string?> CompileAsync()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "rdk");
        return await SucceedsAsync("/bin/sh", "-c",
            $"gcc -Wall -Werror -O1 '{Script("rdk.c")}' -o '{program}' $(pkg-config --cflags --libs rdkafka)") ? program : null;
    }

    private static string FindNodeModules()
    {
        var paths = Environment.GetEnvironmentVariable("NODE_PATH") ?? "";
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "ActorBroker.sln")))
                return $"{Path.Combine(at.FullName, "artifacts", "clients", "node_modules")}:{paths}";
        }
        return paths;
    }
}
