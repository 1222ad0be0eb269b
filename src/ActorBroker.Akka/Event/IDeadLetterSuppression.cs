namespace Akka.Event;

/// <summary>A message whose loss is nothing to talk about: it becomes a <c>SuppressedDeadLetter</c>, which is not logged.</summary>
public interface IDeadLetterSuppression
{
}
