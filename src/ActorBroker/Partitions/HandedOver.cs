using ActorBroker.Storage;

namespace ActorBroker.Partitions;

/// <summary>Event of a partition's hard state: it promised to take nothing more, so that another node can take over. Ends with the next
/// <see cref="TermStarted"/>, which begins when the cluster has decided that the move does not happen.</summary>
/// <param name="Move">Number of the move.</param>
public sealed record HandedOver(long Move) : IStored;
