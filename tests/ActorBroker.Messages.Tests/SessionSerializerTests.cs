using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Serialization;
using System.Text;
using ActorBroker.Log;
using ActorBroker.Messages.Sessions;
using Akka.Actor;

namespace ActorBroker.Messages.Tests;

public sealed class SessionSerializerTests : IDisposable
{
    private const string Regenerate = "ACTORBROKER_REGENERATE";
    private readonly ActorSystem _system = ActorSystem.Create("messages", SessionSerializer.DefaultConfig());
    private readonly SessionSerializer _serializer;

    public SessionSerializerTests() => _serializer = (SessionSerializer)((ExtendedActorSystem)_system).Serialization.FindSerializerForType(typeof(ISessionMessage));

    public static TheoryData<string> Types => [.. Samples.Types.Select(type => type.Name)];

    public void Dispose() => _system.Dispose();

    [Theory]
    [MemberData(nameof(Types))]
    public void A_message_is_read_as_it_was_written(string name)
    {
        var random = new Random(name.Length * 7919);
        for (var i = 0; i < 200; i++)
        {
            var message = Samples.Make(Samples.Types.First(type => type.Name == name), random);

            var read = _serializer.FromBinary(_serializer.ToBinary(message), _serializer.Manifest(message));

            Assert.Equal(Described(message), Described(read));
        }
    }

    [Fact]
    public void Every_message_has_a_manifest_of_its_own()
    {
        var manifests = Samples.Types.Select(type => _serializer.Manifest(Samples.Make(type, new Random(1)))).ToArray();

        Assert.Equal(manifests.Length, manifests.Distinct().Count());
        Assert.Throws<ArgumentException>(() => _serializer.Manifest("no message"));
    }

    [Fact]
    public void The_bytes_of_every_message_are_those_on_record()
    {
        var lines = Samples.Types.Select(type => Samples.Make(type, new Random(42)))
            .Select(message => $"{message.GetType().Name} {_serializer.Manifest(message)} {Convert.ToHexString(_serializer.ToBinary(message))}").ToArray();
        var file = RecordFile();
        if (Environment.GetEnvironmentVariable(Regenerate) == "1")
        {
            File.WriteAllLines(file, lines);
        }

        Assert.Equal(File.ReadAllLines(file), lines);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void What_is_cut_off_anywhere_is_refused_and_what_is_appended_is_ignored(string name)
    {
        var message = Samples.Make(Samples.Types.First(type => type.Name == name), new Random(5));
        var manifest = _serializer.Manifest(message);
        var bytes = _serializer.ToBinary(message);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<SerializationException>(() => _serializer.FromBinary(bytes[..length], manifest));
        }

        Assert.Equal(Described(message), Described(_serializer.FromBinary([.. bytes, 1, 2, 3], manifest)));
    }

    [Fact]
    public void Mutated_bytes_are_a_message_or_refused_and_take_no_more_memory_than_they_justify()
    {
        const int Mutations = 20_000;
        var random = new Random(20261121);
        var messages = Samples.Types.Select(type => Samples.Make(type, random)).Select(message => (_serializer.Manifest(message), _serializer.ToBinary(message))).ToArray();
        for (var i = 0; i < Mutations; i++)
        {
            var (manifest, original) = messages[random.Next(messages.Length)];
            var bytes = original.ToArray();
            for (var n = random.Next(1, 5); n > 0 && bytes.Length > 0; n--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Assert.IsType<ISessionMessage>(_serializer.FromBinary(bytes, manifest), exactMatch: false);
            }
            catch (SerializationException)
            {
                // Refused, as it may be.
            }

            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 16 * 1024 + (64 * bytes.Length), $"{manifest}: {Convert.ToHexString(bytes)}");
        }
    }

    [Fact]
    public void A_manifest_of_another_time_is_refused() =>
        Assert.Contains("ZZ9", Assert.Throws<SerializationException>(() => _serializer.FromBinary([], "ZZ9")).Message, StringComparison.Ordinal);

    [Fact]
    public void Batches_are_slices_of_what_was_received()
    {
        var bytes = _serializer.ToBinary(new StoreBatch(1, new TopicPartition("orders", 2), 1, new byte[] { 1, 2, 3 }));

        var read = (StoreBatch)_serializer.FromBinary(bytes, "SB1");

        Assert.True(MemoryMarshal.TryGetArray(read.Batch, out var place));
        Assert.Same(bytes, place.Array);
    }

    [Fact]
    public void Batches_with_room_before_them_are_written_where_they_stand()
    {
        var batches = BatchesRead.CopyOf([1, 2, 3]);
        Assert.True(MemoryMarshal.TryGetArray(batches, out var place));
        var inPlace = new BatchesRead(7, new Offset(8), new Offset(9), batches);

        var bytes = _serializer.ToBinary(inPlace);

        Assert.Same(place.Array, bytes);
        Assert.Equal(_serializer.ToBinary(inPlace with { Batches = new byte[] { 1, 2, 3 } }), bytes);
    }

    [Fact]
    public void An_error_that_this_build_does_not_know_is_an_error()
    {
        var bytes = _serializer.ToBinary(new GroupReply(SessionError.Overloaded));
        bytes[1] = 0x7F;

        Assert.Equal(SessionError.Unknown, ((GroupReply)_serializer.FromBinary(bytes, "GR1")).Error);
    }

    private static string RecordFile([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "session-messages.txt");

    /// <summary>All that a message holds, as text: records compare memory and arrays by where they are, and not by what they hold.</summary>
    private static string Described(object? value)
    {
        var text = new StringBuilder();
        Describe(text, value);
        return text.ToString();
    }

    private static void Describe(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case ReadOnlyMemory<byte> bytes:
                text.Append(Convert.ToHexString(bytes.Span));
                break;
            case string or int or long or short or sbyte or bool or Guid or Enum:
                text.Append(value).Append(';');
                break;
            case IDictionary<string, string> map:
                foreach (var (key, one) in map.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                {
                    text.Append(key).Append('=').Append(one).Append(';');
                }

                break;
            case IEnumerable items:
                text.Append('[');
                foreach (var item in items)
                {
                    Describe(text, item);
                }

                text.Append(']');
                break;
            default:
                text.Append(value.GetType().Name).Append('{');
                foreach (var property in value.GetType().GetProperties().Where(one => one.GetIndexParameters().Length == 0).OrderBy(one => one.Name, StringComparer.Ordinal))
                {
                    text.Append(property.Name).Append(':');
                    Describe(text, property.GetValue(value));
                }

                text.Append('}');
                break;
        }
    }
}
