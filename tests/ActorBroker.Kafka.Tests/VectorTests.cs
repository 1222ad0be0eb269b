using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Wire;

namespace ActorBroker.Kafka.Tests;

/// <summary>Bytes of real clients, and answers that real clients took.</summary>
public sealed class VectorTests
{
    [Theory]
    [MemberData(nameof(Vector.Requests), MemberType = typeof(Vector))]
    public void A_captured_request_decodes_to_what_it_says_and_encodes_to_the_same_bytes(Vector vector)
    {
        var expected = vector.Expected;
        Assert.Equal(FrameOutcome.Frame, FrameReader.Look(vector.Bytes, int.MaxValue, out var length));
        Assert.Equal(expected.GetProperty("frameLength").GetInt32(), length);
        var reader = new WireReader(vector.Bytes.AsMemory(FrameReader.LengthBytes, length));

        Assert.True(RequestHeader.TryRead(ref reader, out var header));
        var said = expected.GetProperty("header");
        Assert.Equal(said.GetProperty("RequestApiKey").GetInt16(), (short)header.Key);
        Assert.Equal(said.GetProperty("RequestApiVersion").GetInt16(), header.Version);
        Assert.Equal(said.GetProperty("CorrelationId").GetInt32(), header.CorrelationId);
        Assert.Equal(said.GetProperty("ClientId").GetString(), header.ClientId);
        Assert.Equal(expected.GetProperty("requestHeaderVersion").GetInt16(), ApiVersions.RequestHeaderVersion(header.Key, header.Version));
        Assert.Equal(expected.GetProperty("responseHeaderVersion").GetInt16(), ApiVersions.ResponseHeaderVersion(header.Key, header.Version));

        var body = RequestDecoder.Decode(header, ref reader);
        Assert.Equal(WireError.None, reader.Error);
        Assert.Equal(expected.GetProperty("trailingBytes").GetInt32(), reader.Remaining);
        if (expected.TryGetProperty("body", out var fields) && !vector.Name.Contains("messageset", StringComparison.Ordinal))
        {
            JsonComparison.AssertHolds(fields, body!, vector.Name);
        }

        if (reader.Remaining == 0)
        {
            using var writer = new WireWriter();
            RequestEncoder.Encode(writer, header.Version, header.CorrelationId, header.ClientId, body!);
            Assert.Equal(Convert.ToHexString(vector.Bytes), Convert.ToHexString(writer.ToArray()));
        }
    }

    [Theory]
    [MemberData(nameof(Vector.Responses), MemberType = typeof(Vector))]
    public void A_response_that_clients_took_decodes_and_encodes_to_the_same_bytes(Vector vector)
    {
        var expected = vector.Expected;
        var key = (ApiKey)expected.GetProperty("apiKey").GetInt16();
        var version = expected.GetProperty("apiVersion").GetInt16();
        var reader = new WireReader(vector.Bytes.AsMemory(FrameReader.LengthBytes));

        var body = ResponseDecoder.Decode(key, version, ref reader, out var correlationId);

        Assert.Equal(WireError.None, reader.Error);
        Assert.Equal(0, reader.Remaining);
        Assert.Equal(expected.GetProperty("correlationId").GetInt32(), correlationId);
        JsonComparison.AssertHolds(expected.GetProperty("body"), body!, vector.Name);
        using var writer = new WireWriter();
        ResponseEncoder.Encode(writer, key, version, correlationId, body!);
        Assert.Equal(Convert.ToHexString(vector.Bytes), Convert.ToHexString(writer.ToArray()));
    }

    [Fact]
    public void Variable_length_numbers_are_those_of_the_tables()
    {
        var tables = Vector.Named("primitives").Expected;
        foreach (var row in tables.GetProperty("zigzagVarint").EnumerateArray())
        {
            var value = long.Parse(row.GetProperty("value").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
            var bytes = Convert.FromHexString(row.GetProperty("hex").GetString()!);
            using var writer = new WireWriter();
            writer.WriteVarLong(value);
            Assert.Equal(bytes, writer.ToArray());
            Assert.Equal(value, new WireReader(bytes).ReadVarLong());
            if (value is >= int.MinValue and <= int.MaxValue)
            {
                Assert.Equal((int)value, new WireReader(bytes).ReadVarInt());
            }
        }

        foreach (var row in tables.GetProperty("unsignedVarint").EnumerateArray())
        {
            var value = uint.Parse(row.GetProperty("value").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
            var bytes = Convert.FromHexString(row.GetProperty("hex").GetString()!);
            using var writer = new WireWriter();
            writer.WriteUnsignedVarInt(value);
            Assert.Equal(bytes, writer.ToArray());
            Assert.Equal(value, new WireReader(bytes).ReadUnsignedVarInt());
        }
    }
}
