using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Remote.Transport;

namespace Akka.Remote;

/// <summary>An actor of another system. Immutable except for the way to it, which is found again when it was forgotten.</summary>
public sealed class RemoteActorRef : InternalActorRefBase
{
    private const string SystemGuardian = "system";

    private readonly RemoteActorRefProvider _provider;
    private readonly ActorPath _path;
    private Association _association;
    private byte[]? _encoded;

    internal RemoteActorRef(RemoteActorRefProvider provider, ActorPath path, Association association)
    {
        _provider = provider;
        _path = path;
        _association = association;
        IsUrgent = (path.Depth > 1 && path.ParentOf(1).Name == SystemGuardian && IsUrgentName(path.ParentOf(2).Name))
            || (provider.RemoteSettings.ControlDestinations.Count > 0 && provider.RemoteSettings.ControlDestinations.Contains(path.ToStringWithoutAddress()));
    }

    public override ActorPath Path => _path;

    public override IActorRefProvider Provider => _provider;

    public override IInternalActorRef Parent => _path.Parent is { } parent ? new RemoteActorRef(_provider, parent, _association) : this;

    /// <summary>Nobody knows from here; watch it.</summary>
    public override bool IsTerminated => false;

    public override bool IsLocal => false;

    /// <summary>Gets heartbeats and their like, which never wait behind other messages.</summary>
    internal bool IsUrgent { get; }

    /// <summary>The reference as it is written into frames.</summary>
    internal byte[] Encoded => _encoded ??= FrameEncoder.EncodeRef(_path.ToSerializationFormat());

    private Association Association
    {
        get
        {
            var association = _association;
            return association.IsClosed ? _association = _provider.Remoting.AssociationWith(_path.Address) : association;
        }
    }

    /// <summary>Names below /system.</summary>
    internal static bool IsUrgentName(string name) => name is "remote-watcher" or "cluster";

    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var path = _path;
        foreach (var element in name)
        {
            path = element switch
            {
                "" or "." => path,
                ".." => path.Parent ?? path,
                _ => path / element,
            };
        }

        return new RemoteActorRef(_provider, path, _association);
    }

    public override void Start()
    {
    }

    public override void Stop() => SendSystemMessage(new Terminate());

    public override void Suspend() => SendSystemMessage(new Suspend());

    public override void Resume(Exception? causedByFailure = null) => SendSystemMessage(new Resume(causedByFailure));

    public override void Restart(Exception cause) => SendSystemMessage(new Recreate(cause));

    public override void SendSystemMessage(ISystemMessage message)
    {
        // The watcher is told by the one who watches over the other system, so he has to know first.
        _provider.BeforeSystemMessage(message);
        Association.PostSystem(message, this);
    }

    protected override void TellInternal(object message, IActorRef sender) => Association.Post(message, sender, this);
}
