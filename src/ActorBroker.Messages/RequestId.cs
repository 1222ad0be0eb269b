namespace ActorBroker.Messages;

/// <summary>Names a request within the actor that sent it, so that a reply finds its place again.</summary>
/// <param name="Call">Number of the call, rising, unique in the sender's life.</param>
/// <param name="Part">Which part of the call the message is about, for example the position of a partition in a request.</param>
public readonly record struct RequestId(long Call, int Part);
