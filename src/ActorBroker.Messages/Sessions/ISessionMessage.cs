namespace ActorBroker.Messages.Sessions;

/// <summary>Message of the native protocol between a client and a node; README.md describes the conversation. Immutable.</summary>
public interface ISessionMessage;

/// <summary>Question or command with exactly one answer, which goes to its sender; <see cref="RequestRefused"/> is always a possible one.</summary>
public interface ISessionRequest : ISessionMessage;

/// <summary>Answer to an <see cref="ISessionRequest"/>.</summary>
public interface ISessionReply : ISessionMessage;

/// <summary>Constants of the protocol.</summary>
public static class SessionProtocol
{
    /// <summary>Spoken by this build. A node answers a client with the version it will use, at most the client's.</summary>
    public const int Version = 1;

    /// <summary>Where a node's sessions are opened and its requests are answered.</summary>
    public const string SessionsPath = "/user/broker/sessions";
}

/// <summary>Reply: nothing was done.</summary>
/// <param name="Message">For people: names the thing, the value and the limit.</param>
public sealed record RequestRefused(SessionError Error, string Message) : ISessionReply;
