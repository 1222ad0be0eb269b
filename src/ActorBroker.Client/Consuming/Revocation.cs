namespace ActorBroker.Client.Consuming;

/// <summary>All partitions are being given up, in steps: the record in hand is processed, positions are committed, the application is told.</summary>
internal sealed class Revocation(bool areLost, Action then)
{
    /// <summary>Somebody else may have them already.</summary>
    public bool AreLost { get; set; } = areLost;

    /// <summary>For the application to be through with the record in hand.</summary>
    public bool IsWaiting { get; set; }

    public Action Then { get; set; } = then;
}
