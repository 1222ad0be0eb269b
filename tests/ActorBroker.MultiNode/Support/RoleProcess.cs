using System.Globalization;
using Akka.TestKit.MultiNode;

namespace ActorBroker.MultiNode.Support;

/// <summary>Processes of this assembly.</summary>
internal static class RoleProcess
{
    /// <param name="play">broker or echo, see <see cref="Program"/>.</param>
    /// <param name="folder">Takes the output.</param>
    public static MultiNodeProcess Create(string role, string play, Conductor conductor, string folder, params string[] more) => new(
        role,
        typeof(RoleProcess).Assembly.Location,
        ["--role", role, "--conductor", conductor.Port.ToString(CultureInfo.InvariantCulture), "--play", play, .. more],
        Path.Combine(folder, $"{role}.log"));
}
