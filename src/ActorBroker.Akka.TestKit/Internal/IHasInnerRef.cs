using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>A reference around another one.</summary>
internal interface IHasInnerRef
{
    IActorRef Inner { get; }
}
