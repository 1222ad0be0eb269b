namespace ActorBroker.Controller;

/// <summary>What the controllers of two nodes tell each other.</summary>
internal interface IPeerMessage;

/// <summary>A message with bytes that are not JSON.</summary>
internal interface IHasBytes : IPeerMessage
{
    byte[] Bytes { get; init; }
}
