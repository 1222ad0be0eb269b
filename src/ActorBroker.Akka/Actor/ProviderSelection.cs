namespace Akka.Actor;

/// <summary>Which <see cref="IActorRefProvider"/> a system uses (<c>akka.actor.provider</c>).</summary>
public abstract class ProviderSelection
{
    private ProviderSelection(string identifier, string typeName)
    {
        Identifier = identifier;
        TypeName = typeName;
    }

    internal string Identifier { get; }

    internal string TypeName { get; }

    /// <summary>One process.</summary>
    public sealed class Local : ProviderSelection
    {
        public static readonly Local Instance = new();

        private Local()
            : base("local", "Akka.Actor.LocalActorRefProvider, Akka")
        {
        }
    }

    /// <summary>Several processes.</summary>
    public sealed class Remote : ProviderSelection
    {
        public static readonly Remote Instance = new();

        private Remote()
            : base("remote", "Akka.Remote.RemoteActorRefProvider, Akka.Remote")
        {
        }
    }

    /// <summary>Several processes that form a cluster.</summary>
    public sealed class Cluster : ProviderSelection
    {
        public static readonly Cluster Instance = new();

        private Cluster()
            : base("cluster", "Akka.Cluster.ClusterActorRefProvider, Akka.Cluster")
        {
        }
    }

    /// <summary>A provider of that type name.</summary>
    public sealed class Custom : ProviderSelection
    {
        public Custom(string fqn, string? identifier = null)
            : base(identifier ?? fqn, fqn)
        {
        }
    }
}
