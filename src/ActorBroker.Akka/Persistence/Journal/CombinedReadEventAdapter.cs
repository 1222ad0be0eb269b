namespace Akka.Persistence.Journal;

/// <summary>Several adapters for one type, to read with: their events one after the other.</summary>
public sealed class CombinedReadEventAdapter(IEnumerable<IEventAdapter> adapters) : IEventAdapter
{
    private const string ReadOnly = "CombinedReadEventAdapter must not be used when writing (creating manifests) events!";

    public IEnumerable<IEventAdapter> Adapters { get; } = [.. adapters];

    public string Manifest(object evt) => throw new InvalidOperationException(ReadOnly);

    public object ToJournal(object evt) => throw new InvalidOperationException(ReadOnly);

    public IEventSequence FromJournal(object evt, string manifest) =>
        EventSequence.Create(Adapters.SelectMany(adapter => adapter.FromJournal(evt, manifest).Events));
}
