using System.Collections.Concurrent;
using ActorBroker.Clients.Acceptance.Drivers;
using ActorBroker.Clients.Acceptance.Records;

namespace ActorBroker.Clients.Acceptance.Programs;

/// <summary>One node for all tests of a class, started when the first test needs it.</summary>
public sealed class NodeFixture : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, Lazy<Task<IReadOnlyList<KafkaRecord>>>> _produced = new();
    private readonly Lazy<Task<NodeProcess>> _node = new(() => NodeProcess.StartAsync());

    internal Task<NodeProcess> NodeAsync() => _node.Value;

    /// <summary>What a client produced for all tests that read it; produced once.</summary>
    internal Task<IReadOnlyList<KafkaRecord>> ProducedOnceAsync(ClientDriver producer, Func<Task<IReadOnlyList<KafkaRecord>>> produce) =>
        _produced.GetOrAdd(producer.Name, _ => new(produce)).Value;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_node.IsValueCreated && _node.Value.IsCompletedSuccessfully) await (await _node.Value).DisposeAsync();
    }
}
