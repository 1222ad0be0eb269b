namespace ActorBroker.Fuzz.Running;

/// <summary>Bytes that are right, from which inputs are made.</summary>
/// <param name="Name">Says to people, and to the target, what they are.</param>
internal sealed record FuzzSeed(string Name, byte[] Bytes);
