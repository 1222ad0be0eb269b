using System.Linq.Expressions;
using Akka.Actor;

namespace Akka.TestKit;

/// <content>Starting actors under test.</content>
public abstract partial class TestKitBase
{
    public IActorRef ActorOf(Props props) => Sys.ActorOf(props, null);

    public IActorRef ActorOf(Props props, string name) => Sys.ActorOf(props, name);

    public IActorRef ActorOf<TActor>()
        where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>(), null);

    public IActorRef ActorOf<TActor>(string name)
        where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>(), name);

    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory)
        where TActor : ActorBase => Sys.ActorOf(Props.Create(factory), null);

    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory, string name)
        where TActor : ActorBase => Sys.ActorOf(Props.Create(factory), name);

    public ActorSelection ActorSelection(ActorPath actorPath) => Sys.ActorSelection(actorPath);

    public ActorSelection ActorSelection(string actorPath) => Sys.ActorSelection(actorPath);

    public ActorSelection ActorSelection(IActorRef anchorRef, string actorPath) => new(anchorRef, actorPath);

    IActorRef IActorRefFactory.ActorOf(Props props, string? name) => Sys.ActorOf(props, name);

    /// <summary>Starts a child of the test actor.</summary>
    /// <param name="props">The child's.</param>
    /// <param name="name">The child's.</param>
    /// <param name="supervisorStrategy">How its failures are handled.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public IActorRef ChildActorOf(
        Props props, string name, SupervisorStrategy supervisorStrategy, CancellationToken cancellationToken = default) =>
        Spawn(props, name, supervisorStrategy, cancellationToken).GetAwaiter().GetResult();

    public Task<IActorRef> ChildActorOfAsync(
        Props props, string name, SupervisorStrategy supervisorStrategy, CancellationToken cancellationToken = default) =>
        Spawn(props, name, supervisorStrategy, cancellationToken);

    public IActorRef ChildActorOf(
        Props props, SupervisorStrategy supervisorStrategy, CancellationToken cancellationToken = default) =>
        Spawn(props, null, supervisorStrategy, cancellationToken).GetAwaiter().GetResult();

    public Task<IActorRef> ChildActorOfAsync(
        Props props, SupervisorStrategy supervisorStrategy, CancellationToken cancellationToken = default) =>
        Spawn(props, null, supervisorStrategy, cancellationToken);

    /// <summary>Starts a child of the test actor that is stopped when it fails.</summary>
    public IActorRef ChildActorOf(Props props, string name, CancellationToken cancellationToken = default) =>
        Spawn(props, name, SupervisorStrategy.StoppingStrategy, cancellationToken).GetAwaiter().GetResult();

    public Task<IActorRef> ChildActorOfAsync(Props props, string name, CancellationToken cancellationToken = default) =>
        Spawn(props, name, SupervisorStrategy.StoppingStrategy, cancellationToken);

    public IActorRef ChildActorOf(Props props, CancellationToken cancellationToken = default) =>
        Spawn(props, null, SupervisorStrategy.StoppingStrategy, cancellationToken).GetAwaiter().GetResult();

    public Task<IActorRef> ChildActorOfAsync(Props props, CancellationToken cancellationToken = default) =>
        Spawn(props, null, SupervisorStrategy.StoppingStrategy, cancellationToken);

    /// <summary>An actor that runs on the thread of whoever tells it something, and whose instance a test can look into.</summary>
    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Props props, IActorRef supervisor, string? name = null)
        where TActor : ActorBase => new(Sys, props, supervisor, name);

    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Props props, string? name = null)
        where TActor : ActorBase => new(Sys, props, null, name);

    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(IActorRef supervisor, string? name = null)
        where TActor : ActorBase, new() => new(Sys, Props.Create<TActor>(), supervisor, name);

    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(string? name = null)
        where TActor : ActorBase, new() => new(Sys, Props.Create<TActor>(), null, name);

    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(
        Expression<Func<TActor>> factory, IActorRef supervisor, string? name = null)
        where TActor : ActorBase => new(Sys, Props.Create(factory), supervisor, name);

    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Expression<Func<TActor>> factory, string? name = null)
        where TActor : ActorBase => new(Sys, Props.Create(factory), null, name);

    private async Task<IActorRef> Spawn(Props props, string? name, SupervisorStrategy strategy, CancellationToken cancellation) =>
        await _testActor.Ask<IActorRef>(new TestActor.Spawn(props, name, strategy), RemainingOrDefault, cancellation)
            .ConfigureAwait(false);
}
