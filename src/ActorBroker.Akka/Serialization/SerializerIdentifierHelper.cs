using Akka.Actor;
using Akka.Configuration;

namespace Akka.Serialization;

/// <summary>Identifiers of serializers that do not say their own.</summary>
public static class SerializerIdentifierHelper
{
    public const string SerializationIdentifiers = "akka.actor.serialization-identifiers";

    /// <exception cref="ConfigurationException">There is none, or it is not a number.</exception>
    public static int GetSerializerIdentifierFromConfig(Type type, ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(system);
        var name = TypeNames.Of(type);
        var identifiers = system.Settings.Config.GetConfig(SerializationIdentifiers);
        if (!identifiers.IsNullOrEmpty())
        {
            foreach (var (typeName, value) in identifiers.AsEnumerable())
            {
                if (typeName == name || Util.ConfiguredTypes.Find(typeName) == type)
                {
                    return value.GetInt();
                }
            }
        }

        throw new ConfigurationException(
            $"Couldn't retrieve serializer identifier for class [{type}]: override Identifier, or set {SerializationIdentifiers}.\"{name}\".");
    }
}
