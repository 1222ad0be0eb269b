using Akka.Actor;

namespace Akka.Serialization;

/// <summary>Serializes nothing else than null.</summary>
public class NullSerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override int Identifier => 0;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) => [];

    public override object FromBinary(byte[] bytes, Type type) => null!;
}
