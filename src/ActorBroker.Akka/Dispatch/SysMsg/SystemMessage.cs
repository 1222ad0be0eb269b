namespace Akka.Dispatch.SysMsg;

/// <summary>Base of system messages: linked into at most one queue at a time, so an instance is sent once.</summary>
public abstract class SystemMessage : ISystemMessage
{
    internal SystemMessage? Next { get; set; }
}
