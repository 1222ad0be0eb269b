using System.Collections.Concurrent;

namespace Akka.Actor;

/// <summary>A place in the tree without an actor: <c>/temp</c>, where the references of pending Asks are found.</summary>
internal sealed class VirtualPathContainer(IActorRefProvider provider, ActorPath path, IInternalActorRef parent) : MinimalActorRef
{
    private readonly ConcurrentDictionary<string, IInternalActorRef> _children = new();

    public override ActorPath Path { get; } = path;

    public override IActorRefProvider Provider { get; } = provider;

    public override IInternalActorRef Parent { get; } = parent;

    public void Add(string name, IInternalActorRef child) => _children[name] = child;

    public void Remove(string name) => _children.TryRemove(name, out _);

    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Count == 0 || name[0].Length == 0)
        {
            return this;
        }

        if (!_children.TryGetValue(name[0], out var child))
        {
            return ActorRefs.Nobody;
        }

        return name.Count == 1 ? child : child.GetChild([.. name.Skip(1)]);
    }
}
