using Akka.Actor;

namespace Akka.Util;

/// <summary>An object that is written to disk or wire as something else.</summary>
public interface ISurrogated
{
    ISurrogate ToSurrogate(ActorSystem system);
}
