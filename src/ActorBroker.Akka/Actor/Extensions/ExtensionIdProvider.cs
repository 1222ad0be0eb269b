namespace Akka.Actor;

/// <summary>Base of extension ids. Two of one type are the same id.</summary>
public abstract class ExtensionIdProvider<T> : IExtensionId<T>
    where T : IExtension
{
    public Type ExtensionType => typeof(T);

    public T Apply(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return (T)system.RegisterExtension(this);
    }

    object IExtensionId.Apply(ActorSystem system) => Apply(system);

    public T Get(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return (T)system.GetExtension(this);
    }

    object IExtensionId.Get(ActorSystem system) => Get(system);

    object IExtensionId.CreateExtension(ExtendedActorSystem system) => CreateExtension(system);

    /// <summary>Called once per system.</summary>
    public abstract T CreateExtension(ExtendedActorSystem system);

    public override bool Equals(object? obj) => obj?.GetType() == GetType();

    public override int GetHashCode() => GetType().GetHashCode();
}
