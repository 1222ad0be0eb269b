namespace ActorBroker.Cli.Client;

/// <summary>A broker cannot be reached, or a connection to it ended before the answer came. The request may have been carried out.</summary>
internal sealed class ConnectionException(BrokerAddress broker, string reason, Exception? cause = null)
    : CliException($"broker {broker}: {reason}", cause)
{
    public BrokerAddress Broker { get; } = broker;

    public string Reason { get; } = reason;
}
