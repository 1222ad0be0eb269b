using System.Collections;
using System.Reflection;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;

namespace ActorBroker.Kafka.Tests;

/// <summary>Every message in every version, with default and with random content, and bytes that are broken in every way.</summary>
public sealed class MessagePropertyTests
{
    private const int Seed = 20261120;
    private const int MutatedInputs = 20_000;

    public static TheoryData<ApiKey> Apis
    {
        get
        {
            var data = new TheoryData<ApiKey>();
            foreach (var key in Enum.GetValues<ApiKey>().Where(key => ApiVersions.Known(key) is not null))
            {
                data.Add(key);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Apis))]
    public void Random_messages_of_every_version_survive_the_wire(ApiKey key)
    {
        var random = new Random(Seed + (int)key);
        var (min, max) = ApiVersions.Known(key)!.Value;
        for (var version = min; version <= max; version++)
        {
            for (var round = 0; round < 20; round++)
            {
                AssertSurvives((IRequest)Make(TypeOf(key, "Request"), random, round), version);
                AssertSurvives((IResponse)Make(TypeOf(key, "Response"), random, round), version);
            }
        }
    }

    [Fact]
    public void Mutated_frames_never_throw_and_never_cost_more_than_their_size()
    {
        var random = new Random(Seed);
        var vectors = Vector.InFolder("req-").Select(vector => vector.Bytes[FrameReader.LengthBytes..]).ToArray();
        foreach (var vector in vectors)
        {
            Decode(vector);
        }

        for (var i = 0; i < MutatedInputs; i++)
        {
            var frame = Mutate(vectors[random.Next(vectors.Length)], random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Decode(frame);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated <= (100L * frame.Length) + (64 * 1024), $"seed {Seed}, input {i}: {allocated} bytes for a frame of {frame.Length}: {Convert.ToHexString(frame)}");
        }
    }

    [Theory]
    [InlineData("0003000100000001ffff7fffffff")]                // Metadata v1: two billion topics
    [InlineData("0003000900000001ffff00ffffffff0f")]            // Metadata v9: four billion topics, compact
    [InlineData("000000030000000100000000ffff0000000000007fffffff")] // Produce v3
    public void A_hostile_count_costs_nothing(string hex)
    {
        var frame = Convert.FromHexString(hex);
        Decode(frame);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Decode(frame);
        Assert.NotEqual(WireError.None, error);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4096);
    }

    private static WireError Decode(byte[] frame)
    {
        var reader = new WireReader(frame);
        if (RequestHeader.TryRead(ref reader, out var header))
        {
            RequestDecoder.Decode(header, ref reader);
        }

        return reader.Error;
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var frame = (byte[])original.Clone();
        switch (random.Next(4))
        {
            case 0:
                return frame[..random.Next(frame.Length)];
            case 1:
                for (var n = random.Next(1, 8); n > 0; n--)
                {
                    frame[random.Next(frame.Length)] = (byte)random.Next(256);
                }

                return frame;
            case 2:
                var at = random.Next(4, frame.Length);
                frame.AsSpan(at, Math.Min(4, frame.Length - at)).Fill(random.Next(2) == 0 ? (byte)0xff : (byte)0x7f);
                return frame;
            default:
                frame[3] = (byte)random.Next(20);
                return [.. frame, .. frame];
        }
    }

    private static void AssertSurvives(IRequest request, short version)
    {
        using var first = new WireWriter();
        RequestEncoder.Encode(first, version, 1, "c", request);
        var bytes = first.ToArray();
        var reader = new WireReader(bytes.AsMemory(FrameReader.LengthBytes));
        Assert.True(RequestHeader.TryRead(ref reader, out var header));
        var decoded = RequestDecoder.Decode(header, ref reader);
        Assert.True(reader.Error == WireError.None, $"{request.Api} request v{version}: {reader.Error}");
        Assert.Equal(0, reader.Remaining);
        using var second = new WireWriter();
        RequestEncoder.Encode(second, version, 1, "c", decoded!);
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(second.ToArray()));
    }

    private static void AssertSurvives(IResponse response, short version)
    {
        using var first = new WireWriter();
        ResponseEncoder.Encode(first, response.Api, version, 7, response);
        var bytes = first.ToArray();
        var reader = new WireReader(bytes.AsMemory(FrameReader.LengthBytes));
        var decoded = ResponseDecoder.Decode(response.Api, version, ref reader, out _);
        Assert.True(reader.Error == WireError.None, $"{response.Api} response v{version}: {reader.Error}");
        Assert.Equal(0, reader.Remaining);
        using var second = new WireWriter();
        ResponseEncoder.Encode(second, response.Api, version, 7, decoded!);
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(second.ToArray()));
    }

    private static Type TypeOf(ApiKey key, string kind) =>
        typeof(IRequest).Assembly.GetType($"ActorBroker.Kafka.Messages.{key}{kind}", throwOnError: true)!;

    /// <summary>Round 0 is the message as it is made: all defaults.</summary>
    private static object Make(Type type, Random random, int round)
    {
        var message = Activator.CreateInstance(type)!;
        if (round == 0)
        {
            return message;
        }

        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            property.SetValue(message, Value(property, random));
        }

        return message;
    }

    private static object? Value(PropertyInfo property, Random random)
    {
        var isNullable = new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
        return isNullable && random.Next(3) == 0 ? null : Value(property.PropertyType, random);
    }

    private static object Value(Type type, Random random)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>))
        {
            var list = (IList)Activator.CreateInstance(type)!;
            for (var n = random.Next(4); n > 0; n--)
            {
                list.Add(Value(type.GetGenericArguments()[0], random));
            }

            return list;
        }

        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => random.Next(2) == 0,
            TypeCode.SByte => (sbyte)random.Next(sbyte.MinValue, sbyte.MaxValue + 1),
            TypeCode.Int16 => (short)random.Next(short.MinValue, short.MaxValue + 1),
            TypeCode.UInt16 => (ushort)random.Next(ushort.MaxValue + 1),
            TypeCode.Int32 => random.Next(int.MinValue, int.MaxValue),
            TypeCode.UInt32 => (uint)random.NextInt64(uint.MaxValue),
            TypeCode.Int64 => random.NextInt64(long.MinValue, long.MaxValue),
            TypeCode.Double => random.NextDouble(),
            TypeCode.String => new string('ä', random.Next(5)) + random.Next(),
            _ when type == typeof(Guid) => Id(random),
            _ when type == typeof(ReadOnlyMemory<byte>) => new ReadOnlyMemory<byte>(Bytes(random)),
            _ => Make(type, random, 1),
        };
    }

    private static Guid Id(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[random.Next(3) == 0 ? random.Next(5000) : random.Next(20)];
        random.NextBytes(bytes);
        return bytes;
    }
}
