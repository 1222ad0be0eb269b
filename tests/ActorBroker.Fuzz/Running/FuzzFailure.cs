namespace ActorBroker.Fuzz.Running;

/// <summary>A promise that an input broke.</summary>
internal sealed class FuzzFailure(string message) : Exception(message);
