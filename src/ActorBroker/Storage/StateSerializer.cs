using System.Text.Json;
using System.Text.Json.Serialization;
using ActorBroker.Controller;
using ActorBroker.Controller.Replication;
using ActorBroker.Partitions;
using Akka.Actor;
using Akka.Serialization;

namespace ActorBroker.Storage;

/// <summary>Events and snapshots of the broker's small state, as JSON under a manifest that names kind and version.</summary>
/// <remarks>Only the manifests listed here are read: no type is ever loaded by a name found in a file.</remarks>
public sealed class StateSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Manifest of a <see cref="ControllerSnapshot"/>.</summary>
    public const string SnapshotManifest = "controller-snapshot-2";

    private static readonly (string Manifest, Type Type)[] Known =
    [
        ("cluster-created-1", typeof(ClusterCreated)),
        ("node-registered-1", typeof(NodeRegistered)),
        ("node-status-changed-1", typeof(NodeStatusChanged)),
        ("node-removed-1", typeof(NodeRemoved)),
        ("topic-created-1", typeof(TopicCreated)),
        ("topic-deleted-1", typeof(TopicDeleted)),
        ("partitions-added-1", typeof(PartitionsAdded)),
        ("topic-configured-1", typeof(TopicConfigured)),
        ("leaders-elected-1", typeof(LeadersElected)),
        ("moves-started-1", typeof(MovesStarted)),
        ("move-finished-1", typeof(MoveFinished)),
        ("move-cancelled-1", typeof(MoveCancelled)),
        ("producer-ids-reserved-1", typeof(ProducerIdsReserved)),
        ("controller-snapshot-1", typeof(SingleNodeSnapshot)),
        (SnapshotManifest, typeof(ControllerSnapshot)),
        ("metadata-replica-1", typeof(MetadataReplicaState)),
        ("term-started-1", typeof(TermStarted)),
        ("handed-over-1", typeof(HandedOver)),
    ];

    private static readonly Dictionary<string, Type> Types = Known.ToDictionary(known => known.Manifest, known => known.Type);
    private static readonly Dictionary<Type, string> Manifests = Known.ToDictionary(known => known.Type, known => known.Manifest);

    public override int Identifier => 4711;

    public static string ManifestOf(object value) => Manifests.TryGetValue(value.GetType(), out var manifest)
        ? manifest
        : throw new ArgumentException($"{value.GetType()} has no manifest in {nameof(StateSerializer)}.", nameof(value));

    public static byte[] Write(object value) => JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), StateJson.Default);

    /// <exception cref="JsonException">The bytes are not what the manifest says, or something is missing in them.</exception>
    /// <exception cref="ArgumentException">The manifest is not known.</exception>
    public static object Read(string manifest, ReadOnlySpan<byte> json) => Checked(manifest, JsonSerializer.Deserialize(json, TypeOf(manifest), StateJson.Default));

    /// <inheritdoc cref="Read(string, ReadOnlySpan{byte})"/>
    public static object Read(string manifest, JsonElement json) => Checked(manifest, json.Deserialize(TypeOf(manifest), StateJson.Default));

    public override string Manifest(object o) => ManifestOf(o);

    public override byte[] ToBinary(object obj) => Write(obj);

    public override object FromBinary(byte[] bytes, string manifest) => Read(manifest, bytes);

    private static object Checked(string manifest, object? value)
    {
        var problem = value is null ? "null is not a value" : StoredCheck.ProblemOf(value);
        return problem is null ? value! : throw new JsonException($"{manifest}: {problem}");
    }

    private static Type TypeOf(string manifest) => Types.TryGetValue(manifest, out var type)
        ? type
        : throw new ArgumentException($"Manifest {manifest} is not known to this version of the broker: was the data folder written by a newer one?", nameof(manifest));
}

/// <remarks>A property that is added later needs a default value: files of before lack it.</remarks>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ClusterCreated))]
[JsonSerializable(typeof(TopicCreated))]
[JsonSerializable(typeof(TopicDeleted))]
[JsonSerializable(typeof(PartitionsAdded))]
[JsonSerializable(typeof(TopicConfigured))]
[JsonSerializable(typeof(ProducerIdsReserved))]
[JsonSerializable(typeof(SingleNodeSnapshot))]
[JsonSerializable(typeof(ControllerSnapshot))]
[JsonSerializable(typeof(TermStarted))]
[JsonSerializable(typeof(HandedOver))]
[JsonSerializable(typeof(MetadataReplicaState))]
[JsonSerializable(typeof(NodeRegistered))]
[JsonSerializable(typeof(NodeStatusChanged))]
[JsonSerializable(typeof(NodeRemoved))]
[JsonSerializable(typeof(LeadersElected))]
[JsonSerializable(typeof(MovesStarted))]
[JsonSerializable(typeof(MoveFinished))]
[JsonSerializable(typeof(MoveCancelled))]
internal sealed partial class StateJson : JsonSerializerContext;
