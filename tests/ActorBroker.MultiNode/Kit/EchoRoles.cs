using System.Text.Json;
using ActorBroker.MultiNode.Roles;
using ActorBroker.MultiNode.Support;
using Akka.TestKit.MultiNode;

namespace ActorBroker.MultiNode.Kit;

/// <summary>Bare actor systems in processes of their own.</summary>
internal sealed class EchoRoles : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("actorbroker-multinode-").FullName;

    private EchoRoles(string[] names) => Processes = names.ToDictionary(name => name, name => RoleProcess.Create(name, "echo", Conductor, _folder));

    public Conductor Conductor { get; } = Conductor.Start();

    public IReadOnlyDictionary<string, MultiNodeProcess> Processes { get; }

    public static async Task<EchoRoles> StartAsync(params string[] names)
    {
        var roles = new EchoRoles(names);
        foreach (var process in roles.Processes.Values)
        {
            process.Start();
        }

        foreach (var name in names)
        {
            await roles.Conductor.ConnectedAsync(name, Cluster.Patience);
            await roles.AddressAsync(name);
        }

        return roles;
    }

    public async Task<Answer> AskAsync(string from, string to, string text, TimeSpan timeout)
    {
        var question = new Question(await AddressAsync(to), text, (int)timeout.TotalMilliseconds);
        return (await Conductor.RunOnAsync(from, EchoRole.Ask, question, timeout + Cluster.Patience)).Deserialize<Answer>()!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Processes.Values)
        {
            await process.DisposeAsync();
        }

        Conductor.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> AddressAsync(string role) => (await Conductor.RunOnAsync(role, EchoRole.Address)).GetString()!;
}
