namespace Akka.Actor;

/// <summary>A behaviour. False says: not handled.</summary>
public delegate bool Receive(object message);

/// <summary>A behaviour that calls <c>Unhandled</c> by itself.</summary>
public delegate void UntypedReceive(object message);
