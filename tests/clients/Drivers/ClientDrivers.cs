using ActorBroker.Clients.Acceptance.Programs;

namespace ActorBroker.Clients.Acceptance.Drivers;

/// <summary>All clients of the suite, by the names that appear in the test names.</summary>
internal static class ClientDrivers
{
    public static KcatDriver Kcat { get; } = new();

    public static KafkaPythonDriver KafkaPython { get; } = new();

    public static KafkaJsDriver KafkaJs { get; } = new();

    public static ScriptDriver ConfluentPython { get; } = new("confluent-kafka", ClientPrograms.ConfluentPython,
        () => Task.FromResult<string[]>([ClientPrograms.SystemPython, ClientPrograms.Script("cfk.py")]));

    public static ScriptDriver Librdkafka { get; } = new("librdkafka", ClientPrograms.Librdkafka,
        async () => [await ClientPrograms.CompiledAsync()]);

    /// <summary>Not a Kafka client: it comes through the other door, to the same records.</summary>
    public static NativeDriver Native { get; } = new();

    public static IReadOnlyList<ClientDriver> All { get; } = [Kcat, KafkaPython, KafkaJs, ConfluentPython, Librdkafka, Native];

    public static TheoryData<string> Names => [.. All.Select(driver => driver.Name)];

    /// <summary>Every producer with every consumer, itself included.</summary>
    public static TheoryData<string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach (var producer in All)
            {
                foreach (var consumer in All) pairs.Add(producer.Name, consumer.Name);
            }
            return pairs;
        }
    }

    /// <summary>The driver of that name; skips the test when its program is missing.</summary>
    public static async Task<ClientDriver> RequireAsync(string name)
    {
        var driver = All.Single(one => one.Name == name);
        await driver.Program.RequireAsync();
        return driver;
    }
}
