namespace Akka;

/// <summary>Says that something has been completed when there is nothing else to say.</summary>
public sealed class Done
{
    public static readonly Done Instance = new();

    private Done()
    {
    }
}
