using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Between persistent actors and plug-ins; never leaves the process.</summary>
public interface IPersistenceMessage : INoSerializationVerificationNeeded
{
}

public interface IJournalMessage : IPersistenceMessage
{
}

/// <summary>To a journal.</summary>
public interface IJournalRequest : IJournalMessage
{
}

/// <summary>From a journal.</summary>
public interface IJournalResponse : IJournalMessage
{
}

public interface ISnapshotMessage : IPersistenceMessage
{
}

/// <summary>To a snapshot store.</summary>
public interface ISnapshotRequest : ISnapshotMessage
{
}

/// <summary>From a snapshot store.</summary>
public interface ISnapshotResponse : ISnapshotMessage
{
}
