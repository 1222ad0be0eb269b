namespace ActorBroker.Client;

/// <summary>Type of a key or value that is not there: its only value is null. Read as such, whatever the bytes are.</summary>
public sealed class Ignore
{
    private Ignore()
    {
    }
}
