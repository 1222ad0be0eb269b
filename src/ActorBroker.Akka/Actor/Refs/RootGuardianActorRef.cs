using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>The root of the tree: below it the guardians, the dead letters and the temporary references.</summary>
internal sealed class RootGuardianActorRef : LocalActorRef
{
    private readonly Dictionary<string, IInternalActorRef> _extraNames = [];

    public RootGuardianActorRef(
        Internal.ActorSystemImpl system,
        Props props,
        MessageDispatcher dispatcher,
        MailboxType mailboxType,
        IInternalActorRef supervisor,
        ActorPath path)
        : base(system, props, dispatcher, mailboxType, supervisor, path)
    {
    }

    public override IInternalActorRef Parent => this;

    public void AddName(string name, IInternalActorRef actor) => _extraNames.Add(name, actor);

    public override IInternalActorRef GetSingleChild(string name) =>
        _extraNames.TryGetValue(name, out var extra) ? extra : base.GetSingleChild(name);
}
