using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using Akka.TestKit.Xunit2;

namespace AkkaSpecs.Serialization;

public sealed class SerializationTests() : TestKit("""
    akka.actor {
      serializers {
        orders = "AkkaSpecs.Serialization.OrderSerializer, ActorBroker.Akka.Tests"
        points = "AkkaSpecs.Serialization.PointSerializer, ActorBroker.Akka.Tests"
        configured = "AkkaSpecs.Serialization.ConfiguredSerializer, ActorBroker.Akka.Tests"
      }
      serialization-bindings {
        "AkkaSpecs.Serialization.IOrderMessage, ActorBroker.Akka.Tests" = orders
        "AkkaSpecs.Serialization.Point, ActorBroker.Akka.Tests" = points
        "AkkaSpecs.Serialization.ColoredPoint, ActorBroker.Akka.Tests" = configured
      }
      serialization-identifiers {
        "AkkaSpecs.Serialization.PointSerializer, ActorBroker.Akka.Tests" = 1002
        "AkkaSpecs.Serialization.ConfiguredSerializer, ActorBroker.Akka.Tests" = 1003
      }
      serialization-settings.configured.greeting = hello
    }
    """)
{
    private Akka.Serialization.Serialization Subject => Sys.Serialization;

    [Fact]
    public void An_object_goes_through_the_serializer_of_its_interface()
    {
        var order = new PlaceOrder("tea");

        var serializer = Assert.IsType<OrderSerializer>(Subject.FindSerializerFor(order));
        var manifest = Akka.Serialization.Serialization.ManifestFor(serializer, order);

        Assert.Equal("place", manifest);
        Assert.Equal(order, Subject.Deserialize(Subject.Serialize(order), serializer.Identifier, manifest));
    }

    [Fact]
    public void The_most_specific_binding_wins()
    {
        Assert.IsType<PointSerializer>(Subject.FindSerializerForType(typeof(Point)));
        Assert.IsType<ConfiguredSerializer>(Subject.FindSerializerForType(typeof(ColoredPoint)));
        Assert.IsType<ConfiguredSerializer>(Subject.FindSerializerForType(typeof(ShinyPoint)));
    }

    [Fact]
    public void Identifiers_and_settings_come_from_the_configuration()
    {
        Assert.Equal(1002, Subject.FindSerializerForType(typeof(Point)).Identifier);
        Assert.Equal("hello", ((ConfiguredSerializer)Subject.FindSerializerForType(typeof(ColoredPoint))).Greeting);
    }

    [Fact]
    public void A_type_manifest_names_a_bound_type()
    {
        var point = new Point(1, 2);
        var serializer = Subject.FindSerializerFor(point);

        var manifest = Akka.Serialization.Serialization.ManifestFor(serializer, point);

        Assert.Equal("AkkaSpecs.Serialization.Point, ActorBroker.Akka.Tests", manifest);
        Assert.Equal(point, Subject.Deserialize(serializer.ToBinary(point), serializer.Identifier, manifest));
        Assert.Equal(point, Subject.Deserialize(serializer.ToBinary(point), serializer.Identifier, typeof(Point)));
    }

    [Fact]
    public void An_unknown_serializer_is_an_error() =>
        Assert.Throws<SerializationException>(() => Subject.Deserialize([], 424242, "whatever"));

    [Fact]
    public void Bytes_are_themselves_and_null_is_nothing()
    {
        byte[] bytes = [1, 2, 3];

        Assert.IsType<ByteArraySerializer>(Subject.FindSerializerFor(bytes));
        Assert.Equal(4, Subject.FindSerializerFor(bytes).Identifier);
        Assert.Equal(bytes, Subject.Serialize(bytes));
        Assert.IsType<NullSerializer>(Subject.FindSerializerFor(null));
        Assert.Equal(0, Subject.FindSerializerFor(null).Identifier);
    }

    [Fact]
    public void Serializers_can_be_added_at_run_time()
    {
        var serializer = new OrderSerializer((ExtendedActorSystem)Sys);
        Subject.AddSerializationMap(typeof(Uri), serializer);

        Assert.Same(serializer, Subject.FindSerializerForType(typeof(Uri)));
    }

    [Fact]
    public void A_reference_survives_as_its_path()
    {
        var path = Akka.Serialization.Serialization.WithTransport((ExtendedActorSystem)Sys, () => Akka.Serialization.Serialization.SerializedActorPath(TestActor));

        Assert.Equal(TestActor, ((ExtendedActorSystem)Sys).Provider.ResolveActorRef(path));
        Assert.Equal("", Akka.Serialization.Serialization.SerializedActorPath(ActorRefs.NoSender));
    }
}

public interface IOrderMessage
{
}

public sealed record PlaceOrder(string Item) : IOrderMessage;

public record Point(int X, int Y);

public record ColoredPoint(int X, int Y) : Point(X, Y);

public sealed record ShinyPoint(int X, int Y) : ColoredPoint(X, Y);

public sealed class OrderSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 1001;

    public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(((PlaceOrder)obj).Item);

    public override string Manifest(object o) => "place";

    public override object FromBinary(byte[] bytes, string manifest) => manifest == "place"
        ? new PlaceOrder(Encoding.UTF8.GetString(bytes))
        : throw new SerializationException($"Unknown manifest [{manifest}].");
}

public class PointSerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj) => [(byte)((Point)obj).X, (byte)((Point)obj).Y];

    public override object FromBinary(byte[] bytes, Type type) => type == typeof(Point)
        ? new Point(bytes[0], bytes[1])
        : throw new SerializationException($"Unknown type [{type}].");
}

public sealed class ConfiguredSerializer(ExtendedActorSystem system, Config config) : PointSerializer(system)
{
    public string Greeting { get; } = config.GetString("greeting");
}
