namespace ActorBroker;

/// <summary>Units for sizes in bytes.</summary>
internal static class ByteSizes
{
    public const int KiB = 1024;
    public const int MiB = 1024 * KiB;
    public const int GiB = 1024 * MiB;
}
