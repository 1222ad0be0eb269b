using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>The reference to an actor of this process.</summary>
public class LocalActorRef : InternalActorRefBase
{
    private readonly ActorCell _cell;

    internal LocalActorRef(
        Internal.ActorSystemImpl system,
        Props props,
        MessageDispatcher dispatcher,
        MailboxType mailboxType,
        IInternalActorRef supervisor,
        ActorPath path)
    {
        Path = path;
        _cell = new ActorCell(system, this, props, dispatcher, supervisor);
        _cell.Init(mailboxType);
    }

    public ActorCell Cell => _cell;

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider => _cell.SystemImpl.Provider;

    public override IInternalActorRef Parent => _cell.Parent;

    public override bool IsLocal => true;

    public override bool IsTerminated => _cell.IsTerminated;

    public IEnumerable<IActorRef> Children => _cell.GetChildren();

    public override void Start() => _cell.Start();

    public override void Stop() => _cell.Stop();

    public override void Suspend() => _cell.Suspend();

    public override void Resume(Exception? causedByFailure = null) => _cell.Resume(causedByFailure);

    public override void Restart(Exception cause) => _cell.Restart(cause);

    public override void SendSystemMessage(ISystemMessage message) => _cell.SendSystemMessage((SystemMessage)message);

    /// <summary>The child of that name ("name" or "name#uid"), or <see cref="Nobody"/>.</summary>
    public virtual IInternalActorRef GetSingleChild(string name) => _cell.Children.Find(name) ?? ActorRefs.Nobody;

    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        ArgumentNullException.ThrowIfNull(name);
        IInternalActorRef at = this;
        for (var i = 0; i < name.Count; i++)
        {
            if (at is not LocalActorRef here)
            {
                return at.GetChild([.. name.Skip(i)]);
            }

            at = name[i] switch
            {
                "" or "." => here,
                ".." => here.Parent,
                var child => here.GetSingleChild(child),
            };
        }

        return at;
    }

    protected override void TellInternal(object message, IActorRef sender) => _cell.SendMessage(sender, message);
}
