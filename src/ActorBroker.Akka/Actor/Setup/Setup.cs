namespace Akka.Actor.Setup;

/// <summary>One subject's settings given in code; each subject derives its own.</summary>
public abstract class Setup
{
    public ActorSystemSetup And(Setup other) => ActorSystemSetup.Create(this, other);
}
