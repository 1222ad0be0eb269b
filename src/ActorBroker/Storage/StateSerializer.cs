using System.Text.Json;
using System.Text.Json.Serialization;
using ActorBroker.Controller;
using ActorBroker.Partitions;
using Akka.Actor;
using Akka.Serialization;

namespace ActorBroker.Storage;

/// <summary>Events and snapshots of the broker's small state, as JSON under a manifest that names kind and version.</summary>
/// <remarks>Only the manifests listed here are read: no type is ever loaded by a name found in a file.</remarks>
public sealed class StateSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private static readonly (string Manifest, Type Type)[] Known =
    [
        ("cluster-created-1", typeof(ClusterCreated)),
        ("topic-created-1", typeof(TopicCreated)),
        ("topic-deleted-1", typeof(TopicDeleted)),
        ("partitions-added-1", typeof(PartitionsAdded)),
        ("topic-configured-1", typeof(TopicConfigured)),
        ("producer-ids-reserved-1", typeof(ProducerIdsReserved)),
        ("controller-snapshot-1", typeof(ControllerSnapshot)),
        ("term-started-1", typeof(TermStarted)),
        ("handed-over-1", typeof(HandedOver)),
    ];

    public override int Identifier => 4711;

    public override string Manifest(object o)
    {
        foreach (var (manifest, type) in Known)
        {
            if (o.GetType() == type)
            {
                return manifest;
            }
        }

        throw new ArgumentException($"{o.GetType()} has no manifest in {nameof(StateSerializer)}.", nameof(o));
    }

    public override byte[] ToBinary(object obj) => JsonSerializer.SerializeToUtf8Bytes(obj, obj.GetType(), StateJson.Default);

    public override object FromBinary(byte[] bytes, string manifest)
    {
        foreach (var (known, type) in Known)
        {
            if (known == manifest)
            {
                return JsonSerializer.Deserialize(bytes, type, StateJson.Default)
                    ?? throw new JsonException($"{manifest}: null is not a value.");
            }
        }

        throw new ArgumentException($"Manifest {manifest} is not known to this version of the broker: was the data folder written by a newer one?", nameof(manifest));
    }
}

[JsonSerializable(typeof(ClusterCreated))]
[JsonSerializable(typeof(TopicCreated))]
[JsonSerializable(typeof(TopicDeleted))]
[JsonSerializable(typeof(PartitionsAdded))]
[JsonSerializable(typeof(TopicConfigured))]
[JsonSerializable(typeof(ProducerIdsReserved))]
[JsonSerializable(typeof(ControllerSnapshot))]
[JsonSerializable(typeof(TermStarted))]
[JsonSerializable(typeof(HandedOver))]
internal sealed partial class StateJson : JsonSerializerContext;
