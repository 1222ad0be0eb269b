using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Drives a test actor: runs for each message it receives, before the message waits for the test.</summary>
public abstract class AutoPilot
{
    public static NoAutoPilot NoAutoPilot => Akka.TestKit.NoAutoPilot.Instance;

    public static KeepRunning KeepRunning => Akka.TestKit.KeepRunning.Instance;

    /// <returns>The pilot for the next message: this or another one, <see cref="KeepRunning"/>, or <see cref="NoAutoPilot"/>.</returns>
    public abstract AutoPilot Run(IActorRef sender, object message);
}
