using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>Messages of the runtime itself. They travel in a queue of their own, ahead of user messages.</summary>
public interface ISystemMessage : INoSerializationVerificationNeeded
{
}
