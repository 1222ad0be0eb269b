using Akka.Configuration;

namespace Akka.Actor;

/// <summary>How an actor is deployed: dispatcher, mailbox, stash. Immutable; empty strings mean "not said".</summary>
public class Deploy : IEquatable<Deploy>
{
    public const int NoStashSize = -1;

    public static readonly string NoDispatcherGiven = "";

    public static readonly string NoMailboxGiven = "";

    public static readonly Scope NoScopeGiven = null!;

    public static readonly Deploy Local = new(Scope.Local);

    public static readonly Deploy None = new();

    public Deploy()
        : this("", Config.Empty, NoScopeGiven, NoDispatcherGiven, NoMailboxGiven, NoStashSize)
    {
    }

    public Deploy(Scope scope)
        : this("", Config.Empty, scope, NoDispatcherGiven, NoMailboxGiven, NoStashSize)
    {
    }

    public Deploy(string path, Scope scope)
        : this(path, Config.Empty, scope, NoDispatcherGiven, NoMailboxGiven, NoStashSize)
    {
    }

    internal Deploy(string path, Config config, Scope? scope, string dispatcher, string mailbox, int stashCapacity)
    {
        Path = path ?? "";
        Config = config;
        Scope = scope!;
        Dispatcher = dispatcher ?? NoDispatcherGiven;
        Mailbox = mailbox ?? NoMailboxGiven;
        StashCapacity = stashCapacity;
    }

    public string Path { get; }

    public Config Config { get; }

    /// <summary>Null when not said.</summary>
    public Scope Scope { get; }

    public string Mailbox { get; }

    public string Dispatcher { get; }

    public int StashCapacity { get; }

    public virtual Deploy WithDispatcher(string dispatcher) => new(Path, Config, Scope, dispatcher, Mailbox, StashCapacity);

    public virtual Deploy WithMailbox(string mailbox) => new(Path, Config, Scope, Dispatcher, mailbox, StashCapacity);

    public virtual Deploy WithScope(Scope scope) => new(Path, Config, scope, Dispatcher, Mailbox, StashCapacity);

    public virtual Deploy WithStashCapacity(int stashSize) => new(Path, Config, Scope, Dispatcher, Mailbox, stashSize);

    /// <summary>What this one does not say, <paramref name="other"/> says.</summary>
    public virtual Deploy WithFallback(Deploy other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new Deploy(
            Path,
            other.Config.IsEmpty ? Config : Config.WithFallback(other.Config),
            Scope?.WithFallback(other.Scope) ?? other.Scope,
            Dispatcher.Length == 0 ? other.Dispatcher : Dispatcher,
            Mailbox.Length == 0 ? other.Mailbox : Mailbox,
            StashCapacity == NoStashSize ? other.StashCapacity : StashCapacity);
    }

    public bool Equals(Deploy? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && Path == other.Path
            && Mailbox == other.Mailbox
            && Dispatcher == other.Dispatcher
            && StashCapacity == other.StashCapacity
            && Equals(Scope, other.Scope));

    public override bool Equals(object? obj) => Equals(obj as Deploy);

    public override int GetHashCode() => HashCode.Combine(Path, Mailbox, Dispatcher, StashCapacity);
}
