using System.CommandLine;

namespace ActorBroker.Cli.Commands;

/// <summary>What every command takes.</summary>
internal static class SharedOptions
{
    public static readonly Option<string> Bootstrap = new("--bootstrap", "-b")
    {
        Description = "Where brokers listen; several separated by commas, [::1]:9092 for IPv6.",
        HelpName = "HOST:PORT",
        Recursive = true,
        DefaultValueFactory = _ => "127.0.0.1:9092",
    };

    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON, one object a line.", Recursive = true };

    public static readonly Option<long> Timeout = Recursive(Opt.Number("--timeout", "How long an answer may take.", "SECONDS", 1, 3600, 30));

    public static Argument<string> Topic(string help = "Name of the topic.") => new("TOPIC") { Description = help };

    private static Option<long> Recursive(Option<long> option)
    {
        option.Recursive = true;
        return option;
    }
}
