namespace Akka.Event;

/// <summary>The class of log sources that are only a name.</summary>
public class DummyClassForStringSources
{
}
