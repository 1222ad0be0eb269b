using System.Text;
using ActorBroker.Fuzz.Running;
using Akka.Configuration;

namespace ActorBroker.Fuzz.Targets;

/// <summary>Configuration as people write it.</summary>
internal sealed class HoconTarget : FuzzTarget
{
    public override string Name => "hocon";

    public override int Weight => 3;

    public override IReadOnlyList<FuzzSeed> Seeds { get; } =
    [
        new("broker.hocon", Encoding.UTF8.GetBytes(TestData.Text("../broker.hocon"))),
        new("node-1.hocon", Encoding.UTF8.GetBytes(TestData.Text("../config/three-nodes/node-1.hocon"))),
        new("everything", Encoding.UTF8.GetBytes("""
            a { b = 1, c = [1, 2, { d : x }], "quoted.key" = "te\u0041xt\n" } // a comment
            a.e = ${a.b} ${?missing} and words   # another
            list += 5
            text = "" "three " quotes
            size = 10 MiB, time = 5 s
            a = { f : ${a.c} }
            """)),
    ];

    public override IReadOnlyList<byte[]> Words { get; } =
        [.. new[] { "${", "${?", "}", "{", "[", "]", "\"", "\"\"\"", "=", "+=", ":", ",", ".", "#", "//", "\\", "\n", "a", "${a}", "${a.b}", "a = ${a}", "include \"x\"", "null" }.Select(Encoding.UTF8.GetBytes),
            Encoding.UTF8.GetBytes(new string('{', 300)), Encoding.UTF8.GetBytes(new string('[', 300))];

    public override void Try(FuzzSeed seed, byte[] input)
    {
        try
        {
            var config = ConfigurationFactory.ParseString(Encoding.UTF8.GetString(input));
            _ = config.HasPath("a.b") ? config.GetString("a.b") : null;
            _ = config.ToString();
        }
        catch (ConfigurationException)
        {
            // Refused, with the line.
        }
    }

    /// <summary>Trees of values, and substitutions that repeat whole objects.</summary>
    public override long AllocatedMax(FuzzSeed seed, int inputBytes) => 32L * 1024 * 1024;
}
