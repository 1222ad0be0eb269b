using System.Diagnostics;
using System.Globalization;
using ActorBroker.MultiNode.Roles;
using Akka.TestKit.MultiNode;

namespace ActorBroker.MultiNode;

/// <summary>What the specs start as processes of their own: this assembly, playing one role.</summary>
internal static class Program
{
    private const string Usage = "usage: dotnet exec ActorBroker.MultiNode.dll --role NAME --conductor PORT --play broker|echo [--config FILE]";

    public static async Task<int> Main(string[] args)
    {
        var words = args.Chunk(2).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
        if (!words.TryGetValue("--role", out var role) || !words.TryGetValue("--conductor", out var port) || !words.TryGetValue("--play", out var play))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        using var agent = await RoleAgent.ConnectAsync(role, int.Parse(port, CultureInfo.InvariantCulture));
        switch (play)
        {
            case "broker" when words.TryGetValue("--config", out var config):
                return await BrokerRole.RunAsync(agent, await File.ReadAllTextAsync(config), () => ObeyAsync(agent));
            case "echo":
                return await EchoRole.RunAsync(agent, () => ObeyAsync(agent));
            default:
                await Console.Error.WriteLineAsync(Usage);
                return 2;
        }
    }

    /// <summary>Runs commands. Without a conductor nobody waits for an orderly end, and the folder of the data is gone already.</summary>
    private static async Task ObeyAsync(RoleAgent agent)
    {
        if (await agent.RunAsync())
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
        }
    }
}
