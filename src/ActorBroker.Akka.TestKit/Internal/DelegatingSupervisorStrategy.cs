using Akka.Actor;
using Akka.Actor.Internal;

namespace Akka.TestKit.Internal;

/// <summary>Handles the failures of each child as the strategy says that it was started with.</summary>
internal sealed class DelegatingSupervisorStrategy : OneForOneStrategy
{
    private readonly Dictionary<IActorRef, SupervisorStrategy> _strategies = [];

    public DelegatingSupervisorStrategy()
        : base(DefaultDecider)
    {
    }

    public void Set(IActorRef child, SupervisorStrategy strategy) => _strategies[child] = strategy;

    public override void ProcessFailure(
        IActorContext context,
        bool restart,
        IActorRef child,
        Exception cause,
        ChildRestartStats stats,
        IReadOnlyCollection<ChildRestartStats> children) =>
        Of(child).ProcessFailure(context, restart, child, cause, stats, children);

    public override void HandleChildTerminated(IActorContext actorContext, IActorRef child, IEnumerable<IInternalActorRef> children)
    {
        Of(child).HandleChildTerminated(actorContext, child, children);
        _strategies.Remove(child);
    }

    protected override Directive Handle(IActorRef child, Exception exception) => Of(child).Decider.Decide(exception);

    private SupervisorStrategy Of(IActorRef child) => _strategies.GetValueOrDefault(child, DefaultStrategy);
}
