using System.Buffers;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace ActorBroker.Client.Tests.Serialization;

public sealed class SerializersTests
{
    private enum Colour
    {
        Red,
    }

    [Fact]
    public void Numbers_and_guids_come_back_as_they_were()
    {
        Prop.ForAll<int>(value => RoundTrip(Serializers.Int32, Deserializers.Int32, value) == value).QuickCheckThrowOnFailure();
        Prop.ForAll<long>(value => RoundTrip(Serializers.Int64, Deserializers.Int64, value) == value).QuickCheckThrowOnFailure();
        Prop.ForAll<Guid>(value => RoundTrip(Serializers.Guid, Deserializers.Guid, value) == value).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Bytes_come_back_as_they_were()
    {
        Prop.ForAll<byte[]>(value => RoundTrip(Serializers.Bytes, Deserializers.Bytes, value).SequenceEqual(value)).QuickCheckThrowOnFailure();
        Prop.ForAll<byte[]>(value => RoundTrip(Serializers.Memory, Deserializers.Memory, value).Span.SequenceEqual(value)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Text_comes_back_as_it_was() => Prop.ForAll<string?>(value =>
    {
        var text = (value ?? "") + "ü€😀";
        return HalfPairs(text) || RoundTrip(Serializers.Utf8, Deserializers.Utf8, text) == text;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Json_comes_back_as_it_was()
    {
        var order = new Order("ü", 3, null);

        Assert.Equal(order, RoundTrip(Serializers.Json<Order>(), Deserializers.Json<Order>(), order));
        Assert.Equal("""{"name":"a","count":1,"note":"n"}""", Encoding.UTF8.GetString(Write(Serializers.Json<Order>(JsonSerializerOptions.Web), new Order("a", 1, "n"))));
    }

    [Fact]
    public void The_bytes_are_those_of_kafkas_serializers()
    {
        Assert.Equal([0, 0, 1, 2], Write(Serializers.Int32, 258));
        Assert.Equal([255, 255, 255, 255, 255, 255, 255, 254], Write(Serializers.Int64, -2L));
        Assert.Equal("0a0b0c0d-0e0f-1011-1213-141516171819", Encoding.ASCII.GetString(Write(Serializers.Guid, Guid.Parse("0A0B0C0D-0E0F-1011-1213-141516171819"))));
        Assert.Empty(Write(Serializers.Utf8, ""));
    }

    [Fact]
    public void What_is_not_such_a_value_is_refused_by_name()
    {
        Assert.Contains("4 bytes, this has 3", Refusal(Deserializers.Int32, new byte[3]), StringComparison.Ordinal);
        Assert.Contains("8 bytes, this has 9", Refusal(Deserializers.Int64, new byte[9]), StringComparison.Ordinal);
        Assert.Contains("36 characters, this has 16", Refusal(Deserializers.Guid, new byte[16]), StringComparison.Ordinal);
        Assert.Contains("is not a Guid", Refusal(Deserializers.Guid, new byte[36]), StringComparison.Ordinal);
        Assert.Contains("not UTF-8: wrong at byte 1", Refusal(Deserializers.Utf8, [65, 255]), StringComparison.Ordinal);
        Assert.Contains("not the JSON of a Order", Refusal(Deserializers.Json<Order>(), "{"u8.ToArray()), StringComparison.Ordinal);
        Assert.Throws<RecordFormatException>(() => Write(Serializers.Utf8, "a\uD800"));
    }

    [Fact]
    public void A_type_finds_its_serializer()
    {
        Assert.Same(Serializers.Utf8, Serializers.Default<string>());
        Assert.Same(Serializers.Bytes, Serializers.Default<byte[]>());
        Assert.Same(Serializers.Memory, Serializers.Default<ReadOnlyMemory<byte>>());
        Assert.Same(Serializers.Guid, Serializers.Default<Guid>());
        Assert.Same(Serializers.Int32, Serializers.Default<int>());
        Assert.Same(Serializers.Int64, Serializers.Default<long>());
        Assert.Same(Serializers.Null, Serializers.Default<Ignore?>());
        Assert.Same(Deserializers.Int64, Deserializers.Default<long>());
        Assert.Null(Deserializers.Default<Ignore?>().Deserialize([1, 2]));
        Assert.Contains("Serializers.Json<Order>()", Assert.Throws<ArgumentException>(Serializers.Default<Order>).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(Deserializers.Default<Colour>);
    }

    private static bool HalfPairs(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])))
            {
                return true;
            }

            i += char.IsHighSurrogate(text[i]) ? 1 : 0;
        }

        return false;
    }

    private static string Refusal<T>(IDeserializer<T> deserializer, byte[] bytes) =>
        Assert.Throws<RecordFormatException>(() => { deserializer.Deserialize(bytes); }).Message;

    private static T RoundTrip<T>(ISerializer<T> serializer, IDeserializer<T> deserializer, T value) => deserializer.Deserialize(Write(serializer, value));

    private static byte[] Write<T>(ISerializer<T> serializer, T value)
    {
        var to = new ArrayBufferWriter<byte>();
        serializer.Serialize(value, to);
        return to.WrittenSpan.ToArray();
    }

    private sealed record Order(string Name, int Count, string? Note);
}
