using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;
using Akka.Util;

namespace Akka.Cluster;

/// <summary>This system as a member of a cluster.</summary>
/// <remarks>Safe from any thread. What is read here is what this member knows now; to follow changes, <see cref="Subscribe(IActorRef, Type[])"/>.</remarks>
public class Cluster : IExtension
{
    private readonly IActorRef _daemon;
    private readonly ILoggingAdapter _log;
    private readonly TaskCompletionSource _removed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MembershipState _membership;
    private ClusterEvent.CurrentClusterState _state = new();
    private int _isTerminated;

    internal Cluster(ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        System = system;
        var provider = system.Provider as RemoteActorRefProvider
            ?? throw new ConfigurationException($"ActorSystem [{system}] needs to have 'akka.actor.provider = cluster' in its configuration to use the cluster.");
        SelfUniqueAddress = new UniqueAddress(provider.DefaultAddress, provider.Remoting.Uid);
        Settings = new ClusterSettings(system.Settings.Config, system.Name);
        _log = Logging.GetLogger(system, this);
        _membership = new MembershipState(Gossip.Empty, SelfUniqueAddress);
        DowningProvider = MakeDowningProvider();
        var dispatcher = Settings.UseDispatcher;
        var props = Props.Create(() => new ClusterDaemon(this));
        _daemon = system.SystemActorOf(dispatcher.Length > 0 ? props.WithDispatcher(dispatcher) : props, "cluster");
        AddShutdownTasks(CoordinatedShutdown.Get(system));
        if (Settings.SeedNodes.Count > 0)
        {
            JoinSeedNodes(Settings.SeedNodes);
        }
        else
        {
            Say("No seed-nodes configured, manual cluster join required");
        }
    }

    public ExtendedActorSystem System { get; }

    public ClusterSettings Settings { get; }

    public UniqueAddress SelfUniqueAddress { get; }

    public Address SelfAddress => SelfUniqueAddress.Address;

    public ImmutableHashSet<string> SelfRoles => Settings.Roles;

    public IDowningProvider DowningProvider { get; }

    /// <summary>This member as it knows itself; before it is one, or after, a member that is <see cref="MemberStatus.Removed"/>.</summary>
    public Member SelfMember => Volatile.Read(ref _membership).SelfMember
        ?? new Member(SelfUniqueAddress, int.MaxValue, MemberStatus.Removed, Settings.Roles, Settings.AppVersion);

    /// <summary>The cluster as this member knows it.</summary>
    public ClusterEvent.CurrentClusterState State => Volatile.Read(ref _state);

    /// <summary>It takes part no longer, and never will again.</summary>
    public bool IsTerminated => Volatile.Read(ref _isTerminated) != 0;

    public bool IsUp => SelfMember.Status is MemberStatus.Up or MemberStatus.WeaklyUp;

    public static Cluster Get(ActorSystem system) => system.WithExtension<Cluster, ClusterExtension>();

    /// <summary>From now on events of these types go to the subscriber, first the present state as <see cref="ClusterEvent.CurrentClusterState"/>.</summary>
    /// <param name="to">Types of events or their interfaces; at least one.</param>
    public void Subscribe(IActorRef subscriber, params Type[] to) =>
        Subscribe(subscriber, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, to);

    /// <exception cref="ArgumentException">No type is named, or one that is no event.</exception>
    public void Subscribe(IActorRef subscriber, ClusterEvent.SubscriptionInitialStateMode initialStateMode, params Type[] to)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        ArgumentNullException.ThrowIfNull(to);
        if (to.Length == 0)
        {
            throw new ArgumentException("At least one IClusterDomainEvent class is required", nameof(to));
        }

        if (!to.All(typeof(ClusterEvent.IClusterDomainEvent).IsAssignableFrom))
        {
            throw new ArgumentException($"Subscribe to IClusterDomainEvent or implementations only: [{string.Join(", ", to.Select(type => type.Name))}]", nameof(to));
        }

        _daemon.Tell(new ClusterDaemon.Subscribe(subscriber, initialStateMode, [.. to]));
    }

    public void Unsubscribe(IActorRef subscriber) => _daemon.Tell(new ClusterDaemon.Unsubscribe(subscriber, null));

    public void Unsubscribe(IActorRef subscriber, Type to) => _daemon.Tell(new ClusterDaemon.Unsubscribe(subscriber, to));

    /// <summary>Sends it the present state once.</summary>
    public void SendCurrentClusterState(IActorRef receiver) => _daemon.Tell(new ClusterDaemon.SendState(receiver));

    /// <summary>Joins the cluster of that member; its own address: founds one.</summary>
    public void Join(Address address)
    {
        ArgumentNullException.ThrowIfNull(address);
        _daemon.Tell(new ClusterDaemon.JoinTo(address));
    }

    /// <returns>Ends when this member is up; fails when it cannot be any more.</returns>
    public Task JoinAsync(Address address, CancellationToken token = default)
    {
        Join(address);
        return UpAsync(token);
    }

    public void JoinSeedNodes(IEnumerable<Address> seedNodes)
    {
        ImmutableList<Address> seeds = [.. seedNodes];
        if (seeds.Count > 0)
        {
            _daemon.Tell(new ClusterDaemon.JoinSeeds(seeds));
        }
    }

    public Task JoinSeedNodesAsync(IEnumerable<Address> seedNodes, CancellationToken token = default)
    {
        JoinSeedNodes(seedNodes);
        return UpAsync(token);
    }

    /// <summary>The member at that address goes in good order. It shuts down when the others know.</summary>
    public void Leave(Address address)
    {
        ArgumentNullException.ThrowIfNull(address);
        _daemon.Tell(new LeaveMember(address));
    }

    /// <summary>Leaves. Ends when this system is no member any more; at once when it is none.</summary>
    public Task LeaveAsync() => LeaveAsync(CancellationToken.None);

    /// <param name="token">Ends the waiting, not the leaving.</param>
    public Task LeaveAsync(CancellationToken token)
    {
        if (IsTerminated)
        {
            return Task.CompletedTask;
        }

        Leave(SelfAddress);
        return _removed.Task.WaitAsync(token);
    }

    /// <summary>The member at that address is lost: it is removed.</summary>
    public void Down(Address address)
    {
        ArgumentNullException.ThrowIfNull(address);
        _daemon.Tell(new DownMember(address));
    }

    /// <summary>Called once when this member is up; at once when it is.</summary>
    public void RegisterOnMemberUp(Action callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        _daemon.Tell(new ClusterDaemon.WhenUp(callback));
    }

    /// <summary>Called once when this system is no member any more.</summary>
    public void RegisterOnMemberRemoved(Action callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        _ = CallWhenRemovedAsync(callback);
    }

    /// <summary>The path under which other members know the actor.</summary>
    public ActorPath RemotePathOf(IActorRef actorRef)
    {
        ArgumentNullException.ThrowIfNull(actorRef);
        var path = actorRef.Path;
        return path.Address.HasLocalScope
            ? (new RootActorPath(SelfAddress) / path.Elements).WithUid(path.Uid)
            : path;
    }

    internal void Publish(MembershipState membership, ClusterEvent.CurrentClusterState state)
    {
        Volatile.Write(ref _membership, membership);
        Volatile.Write(ref _state, state);
        if (membership.SelfMember?.Status is MemberStatus.Exiting or MemberStatus.Down)
        {
            _left.TrySetResult();
        }
    }

    /// <summary>The last thing that the daemon does.</summary>
    internal void OnRemoved()
    {
        Volatile.Write(ref _isTerminated, 1);
        Volatile.Write(ref _membership, new MembershipState(Gossip.Empty, SelfUniqueAddress));
        _left.TrySetResult();
        _removed.TrySetResult();
    }

    private void Say(string what)
    {
        if (Settings.LogInfo)
        {
            _log.Info("Cluster Node [{0}] - {1}", SelfAddress, what);
        }
    }

    private async Task CallWhenRemovedAsync(Action callback)
    {
        await _removed.Task.ConfigureAwait(false);
        try
        {
            callback();
        }
        catch (Exception failed)   // somebody else's code, after the end: the others shall be called all the same
        {
            _log.Error(failed, "[RegisterOnMemberRemoved] callback failed with [{0}]", failed.Message);
        }
    }

    private async Task UpAsync(CancellationToken token)
    {
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        RegisterOnMemberUp(() => up.TrySetResult());
        var first = await Task.WhenAny(up.Task, _removed.Task).WaitAsync(token).ConfigureAwait(false);
        if (first != up.Task)
        {
            throw new InvalidOperationException("This node is no member of the cluster any more: it was removed or could not join.");
        }
    }

    private IDowningProvider MakeDowningProvider()
    {
        if (Settings.DowningProviderClass.Length == 0)
        {
            return new NoDowning(System, this);
        }

        var type = ConfiguredTypes.Find(Settings.DowningProviderClass)
            ?? throw new ConfigurationException($"akka.cluster.downing-provider-class: there is no type [{Settings.DowningProviderClass}].");
        return Activator.CreateInstance(type, System, this) as IDowningProvider
            ?? throw new ConfigurationException($"akka.cluster.downing-provider-class: [{Settings.DowningProviderClass}] is no IDowningProvider.");
    }

    private void AddShutdownTasks(CoordinatedShutdown shutdown)
    {
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterLeave, "leave", async () =>
        {
            if (!IsTerminated && SelfMember.Status is MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up or MemberStatus.Leaving)
            {
                Leave(SelfAddress);
                await _left.Task.ConfigureAwait(false);
            }

            return Done.Instance;
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterExitingDone, "exiting-completed", async () =>
        {
            _daemon.Tell(ClusterDaemon.Stop.Instance);
            await _removed.Task.ConfigureAwait(false);
            return Done.Instance;
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterShutdown, "wait-shutdown", async () =>
        {
            await _removed.Task.ConfigureAwait(false);
            return Done.Instance;
        });
    }
}
