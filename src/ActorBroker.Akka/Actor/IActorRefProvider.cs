using Akka.Actor.Internal;

namespace Akka.Actor;

/// <summary>Makes references and finds them: one process, or many.</summary>
public interface IActorRefProvider
{
    IInternalActorRef RootGuardian { get; }

    LocalActorRef Guardian { get; }

    LocalActorRef SystemGuardian { get; }

    IActorRef DeadLetters { get; }

    ActorPath RootPath { get; }

    Settings Settings { get; }

    Deployer Deployer { get; }

    IInternalActorRef TempContainer { get; }

    /// <summary>Ends when the whole tree has stopped.</summary>
    Task TerminationTask { get; }

    /// <summary>How others reach this system.</summary>
    Address DefaultAddress { get; }

    /// <summary>The root of another system; this one's dead letters when it cannot be reached.</summary>
    IActorRef RootGuardianAt(Address address);

    /// <summary>A path that no other temporary reference has.</summary>
    ActorPath TempPath();

    void Init(ActorSystemImpl system);

    /// <summary>Makes a reference and its actor, not started.</summary>
    IInternalActorRef ActorOf(
        ActorSystemImpl system,
        Props props,
        IInternalActorRef supervisor,
        ActorPath path,
        bool systemService,
        Deploy? deploy,
        bool lookupDeploy,
        bool async);

    /// <summary>A reference to whatever is at that path now; a dead one when nothing is.</summary>
    IActorRef ResolveActorRef(string path);

    IActorRef ResolveActorRef(ActorPath actorPath);

    void RegisterTempActor(IInternalActorRef actorRef, ActorPath path);

    void UnregisterTempActor(ActorPath path);

    /// <summary>The address under which <paramref name="address"/> sees this system; null when it cannot.</summary>
    Address? GetExternalAddressFor(Address address);
}
