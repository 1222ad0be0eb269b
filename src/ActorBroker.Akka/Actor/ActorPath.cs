using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Akka.Util;

namespace Akka.Actor;

/// <summary>
/// Where an actor is: the address of its system and the names from the root down. Equality ignores the incarnation
/// (<see cref="Uid"/>); references compare it too.
/// </summary>
public abstract class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>, ISurrogated
{
    /// <summary>Besides letters, digits and %hh.</summary>
    public const string ValidSymbols = "\"-_.*$+:@&=,!~';()";

    internal const long UndefinedUid = 0;

    private readonly int _hash;
    private string? _text;

    protected ActorPath(Address address, string name)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(name);
        Address = address;
        Name = name;
        _hash = HashCode.Combine(address, name);
    }

    protected ActorPath(ActorPath parentPath, string name, long uid)
    {
        ArgumentNullException.ThrowIfNull(parentPath);
        ArgumentNullException.ThrowIfNull(name);
        Parent = parentPath;
        Address = parentPath.Address;
        Name = name;
        Uid = uid;
        Depth = parentPath.Depth + 1;
        _hash = HashCode.Combine(parentPath._hash, name);
    }

    public Address Address { get; }

    /// <summary>Null for the root.</summary>
    public ActorPath? Parent { get; }

    public string Name { get; }

    /// <summary>The incarnation; 0 when unknown.</summary>
    public long Uid { get; }

    /// <summary>0 for the root.</summary>
    public int Depth { get; }

    public ActorPath Root => ParentOf(0);

    /// <summary>Names from the root down; one empty name for the root itself.</summary>
    public IReadOnlyList<string> Elements
    {
        get
        {
            if (Parent is null)
            {
                return [""];
            }

            var elements = new string[Depth];
            for (var path = this; path.Parent is not null; path = path.Parent)
            {
                elements[path.Depth - 1] = path.Name;
            }

            return elements;
        }
    }

    public static ActorPath operator /(ActorPath path, string name)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(name);
        var (element, uid) = ActorPathText.SplitNameAndUid(name);
        return new ChildActorPath(path, element, uid);
    }

    public static ActorPath operator /(ActorPath path, IEnumerable<string> name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Where(element => !string.IsNullOrEmpty(element)).Aggregate(path, (at, element) => at / element);
    }

    public static bool operator ==(ActorPath? left, ActorPath? right) => Equals(left, right);

    public static bool operator !=(ActorPath? left, ActorPath? right) => !Equals(left, right);

    /// <summary>Is that a name an actor may have?</summary>
    public static bool IsValidPathElement(string s) => ActorPathText.IsValidElement(s);

    /// <summary>"/a/b".</summary>
    public static string FormatPathElements(IEnumerable<string> pathElements) => "/" + string.Join('/', pathElements);

    /// <exception cref="UriFormatException">Not a full actor path.</exception>
    public static ActorPath Parse(string path) =>
        TryParse(path, out var parsed) ? parsed : throw new UriFormatException($"Can not parse an ActorPath: {path}");

    public static bool TryParse(string path, [NotNullWhen(true)] out ActorPath? actorPath)
    {
        actorPath = null;
        return AddressParser.TryParse(path, out var address, out var rest)
            && TryParse(new RootActorPath(address), rest, out actorPath);
    }

    /// <param name="basePath">Where <paramref name="absoluteUri"/> starts.</param>
    /// <param name="absoluteUri">"/a/b#uid".</param>
    /// <param name="actorPath">The whole.</param>
    public static bool TryParse(ActorPath basePath, string absoluteUri, [NotNullWhen(true)] out ActorPath? actorPath)
    {
        ArgumentNullException.ThrowIfNull(absoluteUri);
        actorPath = null;
        var path = basePath;
        foreach (var element in absoluteUri.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, _) = ActorPathText.SplitNameAndUid(element);
            if (name.Length == 0)
            {
                return false;
            }

            path /= element;
        }

        actorPath = path;
        return true;
    }

    public static bool TryParseAddress(string path, [NotNullWhen(true)] out Address? address) => Address.TryParse(path, out address);

    public ActorPath Child(string childName) => this / childName;

    /// <summary>The ancestor at that depth; negative counts from here upwards.</summary>
    public ActorPath ParentOf(int depth)
    {
        var wanted = depth < 0 ? Depth + depth : depth;
        var path = this;
        while (path.Depth > wanted && path.Parent is not null)
        {
            path = path.Parent;
        }

        return path;
    }

    public ActorPath WithUid(long uid)
    {
        if (Parent is not null)
        {
            return uid == Uid ? this : new ChildActorPath(Parent, Name, uid);
        }

        return uid == UndefinedUid ? this : throw new NotSupportedException("RootActorPath must have undefined Uid");
    }

    public bool Equals(ActorPath? other)
    {
        if (other is null || _hash != other._hash || Depth != other.Depth)
        {
            return ReferenceEquals(this, other);
        }

        var a = this;
        var b = other;
        while (!ReferenceEquals(a, b))
        {
            if (!string.Equals(a.Name, b.Name, StringComparison.Ordinal))
            {
                return false;
            }

            if (a.Parent is null || b.Parent is null)
            {
                return a.Address.Equals(b.Address);
            }

            a = a.Parent;
            b = b.Parent;
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as ActorPath);

    public override int GetHashCode() => _hash;

    public int CompareTo(ActorPath? other)
    {
        if (other is null)
        {
            return 1;
        }

        return string.CompareOrdinal(ToString(), other.ToString());
    }

    /// <summary><c>akka://sys/user/a</c>.</summary>
    public override string ToString() => _text ??= Address + ToStringWithoutAddress();

    public string ToStringWithoutAddress()
    {
        if (Parent is null)
        {
            return Name.StartsWith('/') ? Name : "/" + Name;
        }

        var text = new StringBuilder();
        foreach (var element in Elements)
        {
            text.Append('/').Append(element);
        }

        return text.ToString();
    }

    public string ToStringWithUid() => ToString() + UidSuffix();

    public string ToStringWithAddress() => ToStringWithAddress(Address);

    /// <summary>With <paramref name="address"/> in place of an address that only this process understands.</summary>
    public string ToStringWithAddress(Address address)
    {
        // An address that others can reach stays what it is; the system of "nobody" is nobody's.
        var shown = Address.HasGlobalScope || Address.Equals(Address.AllSystems) ? Address : address;
        return shown + ToStringWithoutAddress();
    }

    public string ToSerializationFormat() => ToStringWithAddress() + UidSuffix();

    public string ToSerializationFormatWithAddress(Address address) => ToStringWithAddress(address) + UidSuffix();

    public ISurrogate ToSurrogate(ActorSystem system) => new Surrogate(ToSerializationFormat());

    private string UidSuffix() => Uid == UndefinedUid ? "" : "#" + Uid.ToString(CultureInfo.InvariantCulture);

    /// <summary>A path as it is written to disk or wire.</summary>
    public sealed class Surrogate(string path) : ISurrogate, IEquatable<Surrogate>, IEquatable<ActorPath>
    {
        public string Path { get; } = path;

        public ISurrogated FromSurrogate(ActorSystem system) => Parse(Path);

        public bool Equals(Surrogate? other) => other is not null && string.Equals(Path, other.Path, StringComparison.Ordinal);

        public bool Equals(ActorPath? other) => other is not null && Equals(other.ToSurrogate(null!) as Surrogate);

        public override bool Equals(object? obj) => Equals(obj as Surrogate);

        public override int GetHashCode() => Path.GetHashCode(StringComparison.Ordinal);
    }
}
