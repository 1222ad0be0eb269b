using Akka.Actor;

namespace Akka.TestKit.TestActors;

/// <summary>Sends what it gets to the test actor, and back to its sender.</summary>
public class EchoActor : ReceiveActor
{
    public EchoActor(TestKitBase testkit, bool echoBackToSenderAsWell = true) =>
        ReceiveAny(message =>
        {
            var sender = Sender;
            if (echoBackToSenderAsWell && !testkit.TestActor.Equals(sender))
            {
                sender.Forward(message);
            }

            testkit.TestActor.Tell(message, sender);
        });

    /// <summary>Makes the props of one.</summary>
    public static Props Props(TestKitBase testkit, bool echoBackToSenderAsWell = true) =>
        Actor.Props.Create(() => new EchoActor(testkit, echoBackToSenderAsWell));
}
