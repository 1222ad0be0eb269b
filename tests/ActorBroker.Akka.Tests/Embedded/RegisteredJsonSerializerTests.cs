using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace ActorBroker.Akka.Tests.Embedded;

public sealed class RegisteredJsonSerializerTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("json", ConfigurationFactory.ParseString("""
        akka.loglevel = OFF
        akka.actor {
          serializers.json = "Akka.Serialization.RegisteredJsonSerializer, Akka"
          serialization-settings.json.types { order = "ActorBroker.Akka.Tests.Embedded.RegisteredJsonSerializerTests+Order, ActorBroker.Akka.Tests" }
          serialization-bindings { "ActorBroker.Akka.Tests.Embedded.RegisteredJsonSerializerTests+Order, ActorBroker.Akka.Tests" = json }
        }
        """));

    public void Dispose() => _system.Dispose();

    [Fact]
    public void A_registered_type_round_trips_under_its_name()
    {
        var serializer = (SerializerWithStringManifest)_system.Serialization.FindSerializerFor(new Order("a", 1));

        var bytes = serializer.ToBinary(new Order("café", 3));

        Assert.Equal("order", serializer.Manifest(new Order("a", 1)));
        Assert.Equal(new Order("café", 3), _system.Serialization.Deserialize(bytes, serializer.Identifier, "order"));
    }

    [Theory]
    [InlineData("System.Diagnostics.Process, System", "{}")]
    [InlineData("ActorBroker.Akka.Tests.Embedded.RegisteredJsonSerializerTests+Order, ActorBroker.Akka.Tests", "{}")]
    [InlineData("order", "nonsense")]
    [InlineData("order", "null")]
    [InlineData("order", "{\"Item\":7}")]
    public void Names_that_are_not_registered_and_bytes_that_are_not_JSON_are_refused(string manifest, string json)
    {
        var serializer = _system.Serialization.FindSerializerFor(new Order("a", 1));

        Assert.Throws<SerializationException>(() => _system.Serialization.Deserialize(Encoding.UTF8.GetBytes(json), serializer.Identifier, manifest));
    }

    [Fact]
    public void A_derived_type_without_a_name_is_not_written()
    {
        var serializer = (SerializerWithStringManifest)_system.Serialization.FindSerializerFor(new Order("a", 1));

        Assert.Throws<ArgumentException>(() => serializer.Manifest(new UrgentOrder("a", 1)));
    }

    public record Order(string Item, int Count);

    public sealed record UrgentOrder(string Item, int Count) : Order(Item, Count);
}
