using System.Diagnostics;
using System.Runtime.Serialization;
using System.Text;
using ActorBroker.Controller;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Raft;
using Xunit.Abstractions;

namespace ActorBroker.Tests.Controller;

public sealed class ControllerSerializerTests(ITestOutputHelper output)
{
    private static readonly string[] Tokens = ["null", "[]", "{}", "-1", "99999999999999999999", "\"\"", "1.5", "true", "[null]", "[[],[]]", "NaN"];
    private readonly ControllerSerializer _serializer = new(null!);

    [Fact]
    public void Every_message_is_read_as_it_was_written()
    {
        foreach (var sample in ControllerSamples.All())
        {
            var bytes = _serializer.ToBinary(sample);
            var read = _serializer.FromBinary(bytes, _serializer.Manifest(sample));

            Assert.Equal(sample.GetType(), read.GetType());
            Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(_serializer.ToBinary(read)));
            Assert.True(sample is IHasBytes || Describe(sample) == Describe(read), $"{Describe(sample)}\n{Describe(read)}");
        }
    }

    [Fact]
    public void Every_kind_of_message_has_a_sample()
    {
        var samples = ControllerSamples.All();
        object[] inside =
        [
            .. samples.OfType<RaftEnvelope>().Select(envelope => envelope.Message), .. samples.OfType<ForwardedCommand>().Select(forwarded => forwarded.Command),
            .. samples.OfType<CommandAnswered>().Select(answer => answer.Reply),
        ];
        var seen = samples.Concat(inside).Select(sample => sample.GetType()).ToHashSet();
        var all = typeof(IPeerMessage).Assembly.GetTypes().Concat(typeof(RaftMessage).Assembly.GetTypes()).Where(type => !type.IsAbstract
            && (type.IsAssignableTo(typeof(IPeerMessage)) || type.IsAssignableTo(typeof(IControllerCommand)) || type.IsAssignableTo(typeof(RaftMessage))));

        Assert.Empty(all.Where(type => !seen.Contains(type)).Select(type => type.Name));
    }

    [Fact]
    public void Records_travel_as_they_are()
    {
        var records = Enumerable.Range(0, 100_000).Select(number => (byte)(number * 7)).ToArray();
        var sent = new RaftEnvelope(ControllerSamples.Id, ControllerSamples.Append) { Bytes = records };

        var bytes = _serializer.ToBinary(sent);
        var read = (RaftEnvelope)_serializer.FromBinary(bytes, "raft");

        Assert.Equal(records, read.Bytes);
        Assert.InRange(bytes.Length, records.Length, records.Length + 1000);
    }

    [Fact]
    public void A_topic_of_ten_thousand_partitions_travels_in_one_message()
    {
        var partitions = Enumerable.Range(0, 10_000).Select(number => new PartitionImage(number, [new NodeId(number % 5)], new NodeId(number % 5), new LeaderEpoch(3)));
        var sent = new CommandAnswered(1, 2, new TopicReady(ControllerSamples.Request, new TopicImage(ControllerSamples.Id, "orders", false, [.. partitions], ControllerSamples.Configs)));
        var bytes = _serializer.ToBinary(sent);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < 10; i++)
        {
            bytes = _serializer.ToBinary(sent);
        }

        var written = Stopwatch.GetElapsedTime(began) / 10;
        began = Stopwatch.GetTimestamp();
        CommandAnswered read = null!;
        for (var i = 0; i < 10; i++)
        {
            read = (CommandAnswered)_serializer.FromBinary(bytes, "answered");
        }

        output.WriteLine($"{bytes.Length} bytes, written in {written.TotalMilliseconds:0.0} ms, read in {(Stopwatch.GetElapsedTime(began) / 10).TotalMilliseconds:0.0} ms");
        var topic = ((TopicReady)read.Reply).Topic;
        Assert.Equal(10_000, topic.Partitions.Length);
        Assert.Equal((9_999, 4, 4, 3), (topic.Partitions[^1].Number, topic.Partitions[^1].Replicas.Single().Value, topic.Partitions[^1].Leader.Value, topic.Partitions[^1].Epoch.Value));
        Assert.InRange(bytes.Length, 100_000, 2_000_000);
    }

    [Fact]
    public void Twenty_thousand_damaged_messages_are_read_or_refused_and_nothing_else()
    {
        var random = new Random(4711);
        var samples = ControllerSamples.All().Select(sample => (Manifest: _serializer.Manifest(sample), Bytes: _serializer.ToBinary(sample))).ToArray();
        var refused = 0;
        for (var run = 0; run < 20_000; run++)
        {
            var (manifest, bytes) = samples[random.Next(samples.Length)];
            manifest = random.Next(10) == 0 ? samples[random.Next(samples.Length)].Manifest : manifest;
            var damaged = Damage(bytes, random);
            try
            {
                _serializer.FromBinary(damaged, manifest);
            }
            catch (SerializationException)
            {
                refused++;
            }
            catch (Exception wrong)
            {
                Assert.Fail($"run {run}, [{manifest}] {Encoding.UTF8.GetString(damaged)}: {wrong}");
            }
        }

        Assert.InRange(refused, 5_000, 19_999);
    }

    /// <summary>What was read can be used: nothing is null that must not be.</summary>
    [Theory]
    [InlineData("raft", """{"ClusterId":"00000000-0000-0000-0000-000000000000","Message":null}""")]
    [InlineData("raft", """{"ClusterId":"00000000-0000-0000-0000-000000000000"}""")]
    [InlineData("command", """{"Call":1,"Command":null}""")]
    [InlineData("command", """{"Call":1,"Command":["MovePartitions",{"Id":{"Call":1,"Part":0},"Targets":null}]}""")]
    [InlineData("command", """{"Call":1,"Command":["MovePartitions",{"Id":{"Call":1,"Part":0}}]}""")]
    [InlineData("command", """{"Call":1,"Command":["MovePartitions",{"Id":{"Call":1,"Part":0},"Targets":[{"Partition":{},"Replicas":[]}]}]}""")]
    [InlineData("command", """{"Call":1,"Command":["MovePartitions",{"Id":{"Call":1,"Part":0},"Targets":[{"Partition":{"Topic":null,"Partition":0},"Replicas":[]}]}]}""")]
    [InlineData("raft", """{"ClusterId":"00000000-0000-0000-0000-000000000000","Message":["InstallRequest",{"StartOffset":1,"Epochs":[],"Membership":{"Offset":5,"Epoch":2,"Membership":[[[3,0]],[[3,0]]]},"SentAt":7,"From":[1,0],"To":[2,0],"Epoch":3}]}""")]
    [InlineData("command", """{"Call":1,"Command":["CreateTopic",{"Id":{"Call":1,"Part":0},"Name":null}]}""")]
    [InlineData("command", """{"Call":1,"Command":["BrokerNode",{}]}""")]
    [InlineData("leaders", """{"Leaders":{"Node":1,"Topics":null}}""")]
    [InlineData("leaders", """{"Leaders":{"Node":1,"Topics":[{"TopicId":"00000000-0000-0000-0000-000000000000","Partitions":null,"Epochs":null}]}}""")]
    [InlineData("register", """{"Node":1}""")]
    [InlineData("move-ready", """{"Move":null}""")]
    [InlineData("raft", "null")]
    [InlineData("System.String", "{}")]
    public void What_lacks_something_is_refused(string manifest, string json)
    {
        byte[] message = [.. BitConverter.GetBytes(Encoding.UTF8.GetByteCount(json)), .. Encoding.UTF8.GetBytes(json)];

        Assert.Throws<SerializationException>(() => _serializer.FromBinary(message, manifest));
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        List<byte> damaged = [.. bytes];
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(damaged.Count);
            switch (random.Next(6))
            {
                case 0:
                    damaged[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    damaged.RemoveRange(at, Math.Min(random.Next(1, 9), damaged.Count - at));
                    break;
                case 2:
                    damaged.InsertRange(at, damaged.GetRange(at, Math.Min(random.Next(1, 40), damaged.Count - at)));
                    break;
                default:
                    Replace(damaged, random);
                    break;
            }

            if (damaged.Count == 0)
            {
                break;
            }
        }

        if (damaged.Count >= 4 && random.Next(4) > 0)
        {
            var length = BitConverter.GetBytes(Math.Max(0, BitConverter.ToInt32(bytes) + damaged.Count - bytes.Length));
            damaged.RemoveRange(0, length.Length);
            damaged.InsertRange(0, length);
        }

        return [.. damaged];
    }

    /// <summary>Puts something else in the place of a JSON value.</summary>
    private static void Replace(List<byte> bytes, Random random)
    {
        var starts = Enumerable.Range(4, Math.Max(0, bytes.Count - 4)).Where(at => bytes[at - 1] is (byte)':' or (byte)',' or (byte)'[').ToArray();
        if (starts.Length == 0)
        {
            return;
        }

        var from = starts[random.Next(starts.Length)];
        var end = bytes.FindIndex(from, value => value is (byte)',' or (byte)'}' or (byte)']');
        if (end >= from)
        {
            bytes.RemoveRange(from, end - from);
            bytes.InsertRange(from, Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]));
        }
    }

    /// <summary>As a record prints itself, with what is in its lists.</summary>
    private static string Describe(object message) => System.Text.Json.JsonSerializer.Serialize(message, message.GetType());
}
