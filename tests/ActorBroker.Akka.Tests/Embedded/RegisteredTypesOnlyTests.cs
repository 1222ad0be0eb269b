using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Serialization;
using Akka.Remote.Serialization;
using Akka.TestKit.Xunit2;
using AkkaSpecs.Serialization;

namespace AkkaSpecs.Embedded;

/// <summary>Bytes choose nothing: no class is loaded by a name that comes with them.</summary>
public sealed class RegisteredTypesOnlyTests() : TestKit("""
    akka.actor {
      serializers.points = "AkkaSpecs.Serialization.PointSerializer, ActorBroker.Akka.Tests"
      serialization-bindings."AkkaSpecs.Serialization.Point, ActorBroker.Akka.Tests" = points
      serialization-identifiers."AkkaSpecs.Serialization.PointSerializer, ActorBroker.Akka.Tests" = 1002
    }
    """)
{
    [Fact]
    public void An_unbound_type_is_refused_by_the_key_to_set()
    {
        var error = Assert.Throws<SerializationException>(() => Sys.Serialization.FindSerializerFor(new PlaceOrder("tea")));

        Assert.Contains("akka.actor.serialization-bindings.\"AkkaSpecs.Serialization.PlaceOrder, ActorBroker.Akka.Tests\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("points", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("System.Diagnostics.Process, System.Diagnostics.Process")]
    [InlineData("AkkaSpecs.Serialization.PlaceOrder, ActorBroker.Akka.Tests")]
    [InlineData("AkkaSpecs.Serialization.Point, Another")]
    [InlineData("AkkaSpecs.Serialization.Missing, ActorBroker.Akka.Tests")]
    [InlineData("][,")]
    public void A_manifest_of_a_type_that_is_not_bound_is_refused(string manifest) =>
        Assert.Throws<SerializationException>(() => Sys.Serialization.Deserialize([1, 2], 1002, manifest));

    [Fact]
    public void A_bound_type_that_does_not_exist_stops_the_system()
    {
        var error = Assert.Throws<ConfigurationException>(() => ActorSystem.Create("wrong", "akka.actor.serialization-bindings.\"No.Such, Type\" = bytes"));

        Assert.Contains("[No.Such, Type]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_binding_to_a_name_that_is_not_there_stops_the_system()
    {
        var error = Assert.Throws<ConfigurationException>(() => ActorSystem.Create("wrong", "akka.actor.serialization-bindings.\"System.Int32\" = nobody"));

        Assert.Contains("akka.actor.serializers has no such name", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text ü", "System.String, System.Private.CoreLib")]
    [InlineData(-1, "System.Int32, System.Private.CoreLib")]
    [InlineData(long.MaxValue, "System.Int64, System.Private.CoreLib")]
    public void Primitives_have_the_wire_form_of_Akka(object value, string manifest)
    {
        var serializer = Assert.IsType<PrimitiveSerializers>(Sys.Serialization.FindSerializerFor(value));

        Assert.Equal(17, serializer.Identifier);
        Assert.Equal(manifest, serializer.Manifest(value));
        Assert.Equal(value, Sys.Serialization.Deserialize(serializer.ToBinary(value), 17, manifest));
    }

    [Theory]
    [InlineData("S")]
    [InlineData("System.String, mscorlib")]
    public void Primitives_are_read_in_their_other_forms(string manifest) =>
        Assert.Equal("x", Sys.Serialization.Deserialize(Encoding.UTF8.GetBytes("x"), 17, manifest));

    [Fact]
    public void Broken_primitives_are_refused()
    {
        Assert.Throws<SerializationException>(() => Sys.Serialization.Deserialize([1, 2, 3], 17, "I"));
        Assert.Throws<SerializationException>(() => Sys.Serialization.Deserialize([0xFF], 17, "S"));
        Assert.Throws<SerializationException>(() => Sys.Serialization.Deserialize([], 17, "X"));
    }

    [Fact]
    public void What_persistence_writes_itself_comes_back()
    {
        var persistent = new Persistent("event", 3, "p", "manifest", writerGuid: "writer", timestamp: 5);
        var deliveries = new AtLeastOnceDeliverySnapshot(7, [new UnconfirmedDelivery(6, TestActor.Path, "message")]);

        Assert.Equal(persistent, ThroughBytes(persistent));
        Assert.Equal(new AtomicWrite(persistent), ThroughBytes(new AtomicWrite(persistent)));
        Assert.Equal(deliveries, ThroughBytes(deliveries));
        Assert.Equal(new Snapshot("state"), ThroughBytes(new Snapshot("state")));
    }

    [Fact]
    public void Broken_bytes_of_persistence_are_refused()
    {
        var serializer = Sys.Serialization.FindSerializerForType(typeof(Persistent));
        var bytes = serializer.ToBinary(new Persistent("event", 3, "p"));
        for (var length = 1; length < bytes.Length; length++)
        {
            try
            {
                serializer.FromBinary<Persistent>(bytes[..length]);
            }
            catch (SerializationException)
            {
                // Cut inside a field; cut between fields, the rest has its defaults.
            }
        }
    }

    private object ThroughBytes(object value)
    {
        var serializer = Sys.Serialization.FindSerializerFor(value);
        return Sys.Serialization.Deserialize(serializer.ToBinary(value), serializer.Identifier, Akka.Serialization.Serialization.ManifestFor(serializer, value));
    }
}
