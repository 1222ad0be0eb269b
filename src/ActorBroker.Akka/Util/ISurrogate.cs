using Akka.Actor;

namespace Akka.Util;

/// <summary>What stands for an object on disk or wire.</summary>
public interface ISurrogate
{
    ISurrogated FromSurrogate(ActorSystem system);
}
