using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ActorBroker.Messages;
using ActorBroker.Partitions;
using ActorBroker.Raft;
using Akka.Actor;
using Akka.Serialization;

namespace ActorBroker.Controller;

/// <summary>What nodes of a cluster tell each other, as JSON under a manifest; records follow as they are.</summary>
/// <remarks><code>jsonBytes int32, little endian | JSON | records</code>
/// Only the manifests listed here are read: no type is ever chosen by a name that came from the network.</remarks>
public sealed class ControllerSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private static readonly Dictionary<string, Type> Types = new(StringComparer.Ordinal)
    {
        ["raft"] = typeof(RaftEnvelope),
        ["register"] = typeof(RegisterNode),
        ["accepted"] = typeof(NodeAccepted),
        ["rejected"] = typeof(NodeRejected),
        ["elsewhere"] = typeof(AskElsewhere),
        ["command"] = typeof(ForwardedCommand),
        ["answered"] = typeof(CommandAnswered),
        ["leaders"] = typeof(ReportLeaders),
        ["move-ready"] = typeof(ReportMoveReady),
        ["move-failed"] = typeof(ReportMoveFailed),
        ["fetch-snapshot"] = typeof(FetchSnapshotPart),
        ["snapshot"] = typeof(SnapshotPart),
        ["leave"] = typeof(LeaveNode),
        ["leaving"] = typeof(LeaveProgress),
        ["find-cluster"] = typeof(FindCluster),
        ["cluster-found"] = typeof(ClusterFound),
        ["copy-fetch"] = typeof(FetchCopy),
        ["copy-part"] = typeof(CopyPart),
        ["copy-refused"] = typeof(CopyRefused),
        ["hand-over"] = typeof(HandOver),
    };

    private static readonly Dictionary<Type, string> Manifests = Types.ToDictionary(each => each.Value, each => each.Key);

    private static readonly JsonSerializerOptions Json = new()
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters =
        {
            new ReplicaConverter(),
            new MembershipConverter(),
            new PartitionConverter(),
            new KindConverter<RaftMessage>(
                typeof(VoteRequest), typeof(VoteResponse), typeof(AppendRequest), typeof(InstallRequest), typeof(AppendResponse), typeof(TimeoutNow)),
            new KindConverter<IControllerCommand>(
                typeof(CreateTopic), typeof(DeleteTopic), typeof(CreatePartitions), typeof(ConfigureTopic), typeof(ReserveProducerId),
                typeof(MovePartitions), typeof(DrainNode), typeof(DescribeQuorum)),
            new KindConverter<IReply>(
                typeof(TopicReady), typeof(TopicGone), typeof(ProducerIdReserved), typeof(ControllerRefused), typeof(MovesPlanned),
                typeof(NodeChanged), typeof(QuorumDescribed)),
        },
    };

    public override int Identifier => 4713;

    public override string Manifest(object o) => Manifests.TryGetValue(o.GetType(), out var manifest)
        ? manifest
        : throw new ArgumentException($"{o.GetType()} has no manifest in {nameof(ControllerSerializer)}.", nameof(o));

    public override byte[] ToBinary(object obj)
    {
        var records = obj is IHasBytes { Bytes: var bytes } ? bytes : [];
        var withoutRecords = obj is IHasBytes has && records.Length > 0 ? WithoutBytes(has) : obj;
        var json = JsonSerializer.SerializeToUtf8Bytes(withoutRecords, obj.GetType(), Json);
        var message = new byte[4 + json.Length + records.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, json.Length);
        json.CopyTo(message, 4);
        records.CopyTo(message, 4 + json.Length);
        return message;
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (!Types.TryGetValue(manifest, out var type))
        {
            throw new SerializationException($"Controller message [{manifest}] is not known to this version of the broker.");
        }

        var jsonBytes = bytes.Length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (jsonBytes < 0 || jsonBytes > bytes.Length - 4)
        {
            throw new SerializationException($"Controller message [{manifest}] is cut off.");
        }

        try
        {
            var message = JsonSerializer.Deserialize(bytes.AsSpan(4, jsonBytes), type, Json)
                ?? throw new SerializationException($"Controller message [{manifest}] is null.");
            return message is IHasBytes has ? WithBytes(has, bytes[(4 + jsonBytes)..]) : message;
        }
        catch (Exception broken) when (broken is JsonException or NotSupportedException or ArgumentException or InvariantException or InvalidOperationException)
        {
            throw new SerializationException($"Controller message [{manifest}] cannot be read: {broken.Message}", broken);
        }
    }

    private static object WithoutBytes(IHasBytes message) => WithBytes(message, []);

    private static object WithBytes(IHasBytes message, byte[] bytes) => message switch
    {
        RaftEnvelope raft => raft with { Bytes = bytes },
        SnapshotPart part => part with { Bytes = bytes },
        CopyPart part => part with { Bytes = bytes },
        _ => throw new InvariantException($"{message.GetType().Name} has bytes"),
    };

    /// <summary>One of several kinds: <c>["KindName", {…}]</c>.</summary>
    private sealed class KindConverter<T>(params Type[] kinds) : JsonConverter<T>
        where T : class
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert == typeof(T);

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            Expect(reader.TokenType == JsonTokenType.StartArray && reader.Read() && reader.TokenType == JsonTokenType.String);
            var name = reader.GetString();
            var kind = Array.Find(kinds, each => each.Name == name) ?? throw new JsonException($"'{name}' is not a {typeof(T).Name}");
            Expect(reader.Read());
            var value = (T?)JsonSerializer.Deserialize(ref reader, kind, options);
            Expect(reader.Read() && reader.TokenType == JsonTokenType.EndArray);
            return value ?? throw new JsonException($"a {name} is null");
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(value.GetType().Name);
            JsonSerializer.Serialize(writer, value, value.GetType(), options);
            writer.WriteEndArray();
        }

        private static void Expect(bool holds)
        {
            if (!holds)
            {
                throw new JsonException($"a {typeof(T).Name} is [kind, value]");
            }
        }
    }

    /// <summary><c>[node, incarnation]</c>.</summary>
    private sealed class ReplicaConverter : JsonConverter<ReplicaId>
    {
        public override ReplicaId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var numbers = JsonSerializer.Deserialize<int[]>(ref reader, options);
            return numbers is [var node, var incarnation] ? new ReplicaId(node, incarnation) : throw new JsonException("a replica is [node, incarnation]");
        }

        public override void Write(Utf8JsonWriter writer, ReplicaId value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(value.Node);
            writer.WriteNumberValue(value.Incarnation);
            writer.WriteEndArray();
        }
    }

    /// <summary><c>{"Topic":…,"Partition":…}</c>, both: a struct that lacks its name would be read as one without a name.</summary>
    private sealed class PartitionConverter : JsonConverter<TopicPartition>
    {
        public override TopicPartition Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var named = JsonSerializer.Deserialize<Named>(ref reader, options) ?? throw new JsonException("a partition is null");
            return new TopicPartition(named.Topic, named.Partition);
        }

        public override void Write(Utf8JsonWriter writer, TopicPartition value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, new Named(value.Topic, value.Partition), options);

        private sealed record Named(string Topic, int Partition);
    }

    /// <summary><c>[[voter, …], [learner, …]]</c>.</summary>
    private sealed class MembershipConverter : JsonConverter<Membership>
    {
        public override Membership Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var both = JsonSerializer.Deserialize<ReplicaId[][]>(ref reader, options);
            return both is [{ Length: > 0 } voters, { } learners] && voters.Concat(learners).Distinct().Count() == voters.Length + learners.Length
                ? new Membership(voters, learners)
                : throw new JsonException("a membership is [voters, learners], each replica once");
        }

        public override void Write(Utf8JsonWriter writer, Membership value, JsonSerializerOptions options)
        {
            ReplicaId[][] both = [[.. value.Voters], [.. value.Learners]];
            JsonSerializer.Serialize(writer, both, options);
        }
    }
}
