using System.Globalization;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Cluster;

/// <summary>What was tried for one request, for the exception that ends it. Bounded: each address once, with a count.</summary>
internal sealed class AttemptLog
{
    private const int AddressesShownMax = 8;

    private readonly SortedDictionary<string, int> _byAddress = new(StringComparer.Ordinal);

    public int Count { get; private set; }

    /// <summary>A node has said something, be it only that it is there.</summary>
    public bool HasReachedSomebody { get; private set; }

    public SessionError LastError { get; private set; }

    public string LastReason { get; private set; } = "";

    public void Begin(string address)
    {
        Count++;
        _byAddress[address] = _byAddress.GetValueOrDefault(address) + 1;
    }

    public void Reached() => HasReachedSomebody = true;

    public void Failed(SessionError error, string reason)
    {
        LastError = error;
        LastReason = reason;
    }

    public override string ToString()
    {
        var tried = string.Join(", ", _byAddress.Take(AddressesShownMax).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} ({pair.Value}×)")));
        var more = _byAddress.Count > AddressesShownMax ? ", …" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{Count} attempts{(Count == 0 ? "" : ": ")}{tried}{more}.{(LastReason.Length == 0 ? "" : " Last: ")}{LastReason}");
    }
}
