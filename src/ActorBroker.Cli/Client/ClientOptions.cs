namespace ActorBroker.Cli.Client;

/// <summary>How the client talks to brokers.</summary>
/// <param name="RequestTimeout">An answer that takes longer ends the connection.</param>
internal sealed record ClientOptions(TimeProvider Clock, TimeSpan RequestTimeout)
{
    public const string ClientId = "actorbroker-cli";
    public const int FrameBytesMax = 512 * ByteSizes.MiB;   // far above any answer we ask for

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
