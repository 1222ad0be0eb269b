namespace Akka.Actor;

/// <summary>Makes an extension and finds it again.</summary>
public interface IExtensionId
{
    Type ExtensionType { get; }

    /// <summary>The system's extension, made when it is not there yet.</summary>
    object Apply(ActorSystem system);

    object Get(ActorSystem system);

    object CreateExtension(ExtendedActorSystem system);
}

/// <inheritdoc cref="IExtensionId"/>
public interface IExtensionId<out T> : IExtensionId
    where T : IExtension
{
    new T Apply(ActorSystem system);

    new T Get(ActorSystem system);

    new T CreateExtension(ExtendedActorSystem system);
}
