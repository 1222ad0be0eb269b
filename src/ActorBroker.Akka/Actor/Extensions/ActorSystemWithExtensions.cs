namespace Akka.Actor;

/// <summary>An extension by its type alone.</summary>
public static class ActorSystemWithExtensions
{
    /// <summary>By the id type that <c>[ExtensionType]Provider</c>-less programs name: any id class of <typeparamref name="T"/>.</summary>
    public static T WithExtension<T>(this ActorSystem system, Type extensionId)
        where T : class, IExtension
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(extensionId);
        return system.HasExtension<T>()
            ? system.GetExtension<T>()
            : (T)system.RegisterExtension((IExtensionId)Activator.CreateInstance(extensionId)!);
    }

    public static T WithExtension<T, TI>(this ActorSystem system)
        where T : class, IExtension
        where TI : IExtensionId => system.WithExtension<T>(typeof(TI));

    /// <exception cref="InvalidOperationException">It was not registered.</exception>
    public static T WithExtension<T>(this ActorSystem system)
        where T : class, IExtension
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.GetExtension<T>();
    }
}
