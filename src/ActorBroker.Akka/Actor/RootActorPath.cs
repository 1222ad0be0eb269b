namespace Akka.Actor;

/// <summary>The top of all paths of one system.</summary>
public sealed class RootActorPath(Address address, string name = "") : ActorPath(address, name);
