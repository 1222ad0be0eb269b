namespace Akka.Persistence.Journal;

/// <summary>Turns events into what the journal keeps.</summary>
public interface IWriteEventAdapter
{
    /// <summary>Kept with the event and given back to <see cref="IReadEventAdapter.FromJournal"/>; "" for none.</summary>
    string Manifest(object evt);

    object ToJournal(object evt);
}

/// <summary>Turns what the journal has kept into events: none, one or several.</summary>
public interface IReadEventAdapter
{
    IEventSequence FromJournal(object evt, string manifest);
}

/// <summary>Both ways.</summary>
public interface IEventAdapter : IWriteEventAdapter, IReadEventAdapter
{
}

/// <summary>Events, in order; made by <see cref="EventSequence"/>.</summary>
public interface IEventSequence
{
    IEnumerable<object> Events { get; }
}

/// <summary>No events.</summary>
public interface IEmptyEventSequence : IEventSequence
{
}
