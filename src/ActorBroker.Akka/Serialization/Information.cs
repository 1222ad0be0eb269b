using Akka.Actor;

namespace Akka.Serialization;

/// <summary>For whom is being serialized: the address under which this system is known there.</summary>
public sealed record Information
{
    public Information(Address address, ActorSystem system)
    {
        Address = address;
        System = system;
    }

    public Address Address { get; }

    public ActorSystem System { get; }
}
