using ActorBroker.Storage;

namespace ActorBroker.Partitions;

/// <summary>Hard state of a replica: it knows of this term and voted for this node in it. On the disk before it is acted on (Raft §5).</summary>
/// <param name="Term">The leader epoch of batches appended in it.</param>
/// <param name="Copied">Number of the last move that brought the log to this node, all of it; 0: it began here.</param>
public sealed record TermStarted(int Term, int VotedFor, long Copied = 0) : IStored;
