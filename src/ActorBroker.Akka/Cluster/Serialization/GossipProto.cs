using System.Collections.Immutable;
using System.Runtime.Serialization;
using System.Text;
using Akka.Remote.Wire;
using Akka.Util;

namespace Akka.Cluster.Serialization;

/// <summary>A <see cref="Gossip"/> in protobuf: a table of systems, everything else by the place in it.</summary>
internal static class GossipProto
{
    private const int Nodes = 1;
    private const int Members = 2;
    private const int Seen = 3;
    private const int Observers = 4;
    private const int Version = 5;
    private const int Tombstones = 6;

    public static Proto Write(Gossip gossip)
    {
        var table = new Dictionary<UniqueAddress, int>();
        var body = new Proto();
        foreach (var member in gossip.Members)
        {
            var proto = new Proto().Number(1, Place(table, member.UniqueAddress)).Number(2, (ulong)member.Status)
                .Number(3, (ulong)member.UpNumber).Text(4, member.AppVersion.Version);
            foreach (var role in member.Roles)
            {
                proto.Text(5, role);
            }

            body.Message(Members, proto);
        }

        foreach (var node in gossip.Seen)
        {
            body.Message(Seen, new Proto().Number(1, Place(table, node)));
        }

        foreach (var (observer, version) in gossip.Reachability.Versions)
        {
            var proto = new Proto().Number(1, Place(table, observer)).Number(2, (ulong)version);
            foreach (var subject in gossip.Reachability.AllUnreachableFrom(observer))
            {
                proto.Message(3, new Proto().Number(1, Place(table, subject)));
            }

            body.Message(Observers, proto);
        }

        Pairs(body, Version, table, gossip.Version.Versions);
        Pairs(body, Tombstones, table, gossip.Tombstones);
        var whole = new Proto();
        foreach (var node in table.OrderBy(pair => pair.Value).Select(pair => pair.Key))
        {
            whole.Message(Nodes, ClusterMessageSerializer.Write(node));
        }

        return whole.Message(7, body);
    }

    public static Proto Write(VectorClock version)
    {
        var proto = new Proto();
        foreach (var (node, number) in version.Versions)
        {
            proto.Message(1, ClusterMessageSerializer.Write(node).Number(3, (ulong)number));
        }

        return proto;
    }

    /// <exception cref="SerializationException">Not a gossip.</exception>
    public static Gossip Read(ReadOnlySpan<byte> bytes)
    {
        List<UniqueAddress> table = [];
        ReadOnlySpan<byte> body = default;
        var fields = new ProtoSpan(bytes);
        while (fields.Next())
        {
            if (fields.Field == Nodes)
            {
                table.Add(ClusterMessageSerializer.ReadUnique(fields.Bytes));
            }
            else if (fields.Field == 7)
            {
                body = fields.Bytes;
            }
        }

        return fields.IsBroken ? throw ClusterMessageSerializer.Broken() : ReadBody(body, table);
    }

    public static VectorClock ReadVersion(ReadOnlySpan<byte> bytes)
    {
        var versions = ImmutableSortedDictionary.CreateBuilder<UniqueAddress, long>();
        var fields = new ProtoSpan(bytes);
        while (fields.Next())
        {
            if (fields.Field == 1)
            {
                var number = Number(fields.Bytes, 3);
                versions[ClusterMessageSerializer.ReadUnique(fields.Bytes)] = (long)number;
            }
        }

        return fields.IsBroken ? throw ClusterMessageSerializer.Broken() : new VectorClock(versions.ToImmutable());
    }

    public static AppVersion VersionOf(string text)
    {
        try
        {
            return text.Length == 0 ? AppVersion.Zero : AppVersion.Create(text);
        }
        catch (ArgumentException)
        {
            throw ClusterMessageSerializer.Broken();
        }
    }

    private static Gossip ReadBody(ReadOnlySpan<byte> body, List<UniqueAddress> table)
    {
        var members = ImmutableSortedSet.CreateBuilder<Member>();
        var seen = ImmutableHashSet.CreateBuilder<UniqueAddress>();
        var complaints = ImmutableSortedDictionary.CreateBuilder<UniqueAddress, ImmutableSortedSet<UniqueAddress>>();
        var observers = ImmutableSortedDictionary.CreateBuilder<UniqueAddress, long>();
        var version = ImmutableSortedDictionary.CreateBuilder<UniqueAddress, long>();
        var tombstones = ImmutableSortedDictionary.CreateBuilder<UniqueAddress, long>();
        var fields = new ProtoSpan(body);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case Members:
                    members.Add(ReadMember(fields.Bytes, table));
                    break;
                case Seen:
                    seen.Add(At(table, fields.Bytes));
                    break;
                case Observers:
                    ReadObserver(fields.Bytes, table, complaints, observers);
                    break;
                case Version:
                    version[At(table, fields.Bytes)] = (long)Number(fields.Bytes, 2);
                    break;
                case Tombstones:
                    tombstones[At(table, fields.Bytes)] = (long)Number(fields.Bytes, 2);
                    break;
            }
        }

        return fields.IsBroken
            ? throw ClusterMessageSerializer.Broken()
            : new Gossip(members.ToImmutable(), seen.ToImmutable(), new Reachability(complaints.ToImmutable(), observers.ToImmutable()),
                new VectorClock(version.ToImmutable()), tombstones.ToImmutable());
    }

    private static Member ReadMember(ReadOnlySpan<byte> bytes, List<UniqueAddress> table)
    {
        var roles = ImmutableHashSet.CreateBuilder<string>();
        var (status, upNumber, version) = (0UL, 0UL, "");
        var fields = new ProtoSpan(bytes);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 2:
                    status = fields.Number;
                    break;
                case 3:
                    upNumber = fields.Number;
                    break;
                case 4:
                    version = Encoding.UTF8.GetString(fields.Bytes);
                    break;
                case 5:
                    roles.Add(Encoding.UTF8.GetString(fields.Bytes));
                    break;
            }
        }

        return fields.IsBroken || status > (ulong)MemberStatus.WeaklyUp || upNumber > int.MaxValue
            ? throw ClusterMessageSerializer.Broken()
            : new Member(At(table, bytes), (int)upNumber, (MemberStatus)status, roles.ToImmutable(), VersionOf(version));
    }

    private static void ReadObserver(
        ReadOnlySpan<byte> bytes,
        List<UniqueAddress> table,
        ImmutableSortedDictionary<UniqueAddress, ImmutableSortedSet<UniqueAddress>>.Builder complaints,
        ImmutableSortedDictionary<UniqueAddress, long>.Builder versions)
    {
        var observer = At(table, bytes);
        var subjects = ImmutableSortedSet.CreateBuilder<UniqueAddress>();
        var fields = new ProtoSpan(bytes);
        while (fields.Next())
        {
            if (fields.Field == 3)
            {
                subjects.Add(At(table, fields.Bytes));
            }
        }

        versions[observer] = (long)Number(bytes, 2);
        if (subjects.Count > 0)
        {
            complaints[observer] = subjects.ToImmutable();
        }
    }

    private static void Pairs(Proto body, int field, Dictionary<UniqueAddress, int> table, ImmutableSortedDictionary<UniqueAddress, long> pairs)
    {
        foreach (var (node, number) in pairs)
        {
            body.Message(field, new Proto().Number(1, Place(table, node)).Number(2, (ulong)number));
        }
    }

    /// <summary>From 1 on, as 0 is not written.</summary>
    private static ulong Place(Dictionary<UniqueAddress, int> table, UniqueAddress node)
    {
        if (!table.TryGetValue(node, out var place))
        {
            place = table.Count + 1;
            table.Add(node, place);
        }

        return (ulong)place;
    }

    private static UniqueAddress At(List<UniqueAddress> table, ReadOnlySpan<byte> bytes)
    {
        var place = Number(bytes, 1);
        return place >= 1 && place <= (ulong)table.Count ? table[(int)place - 1] : throw ClusterMessageSerializer.Broken();
    }

    private static ulong Number(ReadOnlySpan<byte> bytes, int field)
    {
        var fields = new ProtoSpan(bytes);
        ulong number = 0;
        while (fields.Next())
        {
            number = fields.Field == field ? fields.Number : number;
        }

        return fields.IsBroken ? throw ClusterMessageSerializer.Broken() : number;
    }
}
