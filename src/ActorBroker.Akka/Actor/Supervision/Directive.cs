namespace Akka.Actor;

/// <summary>What a supervisor does about a failed child.</summary>
public enum Directive
{
    /// <summary>Go on with the next message and the state as it is.</summary>
    Resume,

    /// <summary>Go on with a fresh instance.</summary>
    Restart,

    /// <summary>Fail oneself.</summary>
    Escalate,

    Stop,
}
