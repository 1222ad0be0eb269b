using System.Globalization;
using Akka.Util;

namespace Akka.Actor;

/// <summary>Where an actor system is: <c>protocol://system@host:port</c>; host and port only when reachable from outside.</summary>
public sealed class Address : IEquatable<Address>, IComparable<Address>, IComparable, ISurrogated, ICloneable
{
    public static readonly Address AllSystems = new("akka", "all-systems");

    public static readonly IComparer<Address?> Comparer = Comparer<Address?>.Create(Compare);

    private readonly string _text;

    public Address(string protocol, string system, string? host = null, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        ArgumentNullException.ThrowIfNull(system);
        Protocol = protocol;
        System = system;
        Host = host?.ToLowerInvariant();
        Port = port;
        var text = string.Create(CultureInfo.InvariantCulture, $"{Protocol}://{System}");
        if (!string.IsNullOrWhiteSpace(Host))
        {
            text += "@" + Host;
        }

        _text = Port is { } number ? text + ":" + number.ToString(CultureInfo.InvariantCulture) : text;
    }

    public string? Host { get; }

    public int? Port { get; }

    public string System { get; }

    public string Protocol { get; }

    /// <summary>Only this process can use it.</summary>
    public bool HasLocalScope => string.IsNullOrEmpty(Host);

    public bool HasGlobalScope => !HasLocalScope;

    public static bool operator ==(Address? left, Address? right) => Equals(left, right);

    public static bool operator !=(Address? left, Address? right) => !Equals(left, right);

    public static bool operator <(Address? left, Address? right) => Compare(left, right) < 0;

    public static bool operator <=(Address? left, Address? right) => Compare(left, right) <= 0;

    public static bool operator >(Address? left, Address? right) => Compare(left, right) > 0;

    public static bool operator >=(Address? left, Address? right) => Compare(left, right) >= 0;

    /// <exception cref="UriFormatException">Not of the form <c>protocol://system[@host[:port]]</c>.</exception>
    public static Address Parse(string address) =>
        TryParse(address, out var parsed)
            ? parsed
            : throw new UriFormatException($"Could not parse [{address}] as an Address: expected protocol://system[@host[:port]].");

    public static bool TryParse(string path, [global::System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Address? address) =>
        AddressParser.TryParse(path, out address, out _);

    /// <param name="path">An address or a full actor path.</param>
    /// <param name="address">Its address part.</param>
    /// <param name="absolutUri">What follows, beginning with '/'; "/" when nothing does.</param>
    public static bool TryParse(
        string path,
        [global::System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Address? address,
        [global::System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? absolutUri)
    {
        if (AddressParser.TryParse(path, out address, out var rest))
        {
            absolutUri = rest;
            return true;
        }

        absolutUri = null;
        return false;
    }

    /// <summary><c>system@host:port</c>.</summary>
    public string HostPort() => _text[(Protocol.Length + 3)..];

    public Address WithProtocol(string protocol) => new(protocol, System, Host, Port);

    public Address WithSystem(string system) => new(Protocol, system, Host, Port);

    public Address WithHost(string? host = null) => new(Protocol, System, host, Port);

    public Address WithPort(int? port = null) => new(Protocol, System, Host, port);

    public object Clone() => new Address(Protocol, System, Host, Port);

    public bool Equals(Address? other) =>
        ReferenceEquals(this, other) || (other is not null && string.Equals(_text, other._text, StringComparison.Ordinal));

    public override bool Equals(object? obj) => Equals(obj as Address);

    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    public int CompareTo(Address? other) => Compare(this, other);

    int IComparable.CompareTo(object? obj) => obj is null or Address
        ? Compare(this, (Address?)obj)
        : throw new ArgumentException("Object must be of type Address.", nameof(obj));

    public override string ToString() => _text;

    public ISurrogate ToSurrogate(ActorSystem system) =>
        new AddressSurrogate { Protocol = Protocol, System = System, Host = Host, Port = Port };

    private static int Compare(Address? a, Address? b) => string.CompareOrdinal(a?._text, b?._text);

    /// <summary>An address as it is written to disk or wire.</summary>
    public sealed class AddressSurrogate : ISurrogate
    {
        public string Protocol { get; set; } = "";

        public string System { get; set; } = "";

        public string? Host { get; set; }

        public int? Port { get; set; }

        public ISurrogated FromSurrogate(ActorSystem system) => new Address(Protocol, System, Host, Port);
    }
}
