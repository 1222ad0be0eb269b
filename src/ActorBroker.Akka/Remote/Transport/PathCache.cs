using System.Buffers.Binary;
using Akka.Actor;

namespace Akka.Remote.Transport;

/// <summary>The references of paths as they come over a connection, which are the same ones again and again. One thread at a time.</summary>
internal sealed class PathCache(Func<ReadOnlySpan<byte>, IInternalActorRef> resolve)
{
    private const int Slots = 512;

    private readonly (byte[] Path, IInternalActorRef Actor)[] _slots = new (byte[], IInternalActorRef)[Slots];

    public IInternalActorRef Find(ReadOnlySpan<byte> path)
    {
        ref var slot = ref _slots[Hash(path) % Slots];
        if (slot.Path is not null && path.SequenceEqual(slot.Path) && !slot.Actor.IsTerminated)
        {
            return slot.Actor;
        }

        var actor = resolve(path);
        if (!actor.IsTerminated)
        {
            slot = (path.ToArray(), actor);
        }

        return actor;
    }

    /// <summary>Paths differ at their ends.</summary>
    private static uint Hash(ReadOnlySpan<byte> path)
    {
        if (path.Length < sizeof(ulong) * 2)
        {
            return (uint)path.Length;
        }

        var last = BinaryPrimitives.ReadUInt64LittleEndian(path[^8..]);
        var before = BinaryPrimitives.ReadUInt64LittleEndian(path[^16..]);
        return (uint)(((last * 0x9E3779B97F4A7C15) ^ (before * 0xC2B2AE3D27D4EB4F) ^ (ulong)path.Length) >> 40);
    }
}
