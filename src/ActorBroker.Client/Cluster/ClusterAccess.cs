using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using Akka.Actor;

namespace ActorBroker.Client.Cluster;

/// <summary>The way to the cluster: who is there, and questions to it. All producers and consumers of the client share it.</summary>
/// <remarks>Safe from any thread. Backed by a <see cref="ClusterActor"/>; after its end every call fails with <see cref="ClientClosedException"/>.</remarks>
internal sealed class ClusterAccess
{
    /// <summary>Name of the actor; one in a system, as there is one client in a system.</summary>
    public const string ActorName = "actorbroker-client";

    private readonly ActorSystem _system;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IActorRef _actor = ActorRefs.Nobody;
    private ClusterView _view = ClusterView.Empty;
    private long _lastId;

    private ClusterAccess(ActorSystem system, ClientSettings settings)
    {
        _system = system;
        Settings = settings;
        Contacts = new ContactList(settings.ContactPoints);
    }

    public ClientSettings Settings { get; }

    public ContactList Contacts { get; }

    /// <summary>The newest; empty before the first refresh.</summary>
    public ClusterView View => Volatile.Read(ref _view);

    public static ClusterAccess Start(ActorSystem system, ClientSettings settings)
    {
        var access = new ClusterAccess(system, settings);
        access._actor = system.ActorOf(Props.Create(() => new ClusterActor(access)), ActorName);
        return access;
    }

    /// <summary>Waits for a view newer than number <paramref name="olderThan"/> that has the topics, be it with an error.</summary>
    /// <param name="topics">Null: all topics. None: only the nodes.</param>
    /// <param name="createMissing">Missing topics are created, where the cluster allows that.</param>
    /// <param name="olderThan">Number of the view that was found wanting; −1: any will do that has the topics.</param>
    /// <exception cref="BrokerUnavailableException">No node answered within the request timeout.</exception>
    public Task<ClusterView> RefreshAsync(IReadOnlyCollection<string>? topics, bool createMissing, long olderThan, CancellationToken ct)
    {
        var id = NextId();
        var done = new TaskCompletionSource<ClusterView>(TaskCreationOptions.RunContinuationsAsynchronously);
        return Await(id, new RefreshView(id, topics, createMissing, olderThan, done), done, ct);
    }

    /// <summary>Asks any node. A node that is out of reach, or refuses for the moment, is followed by the next one until the timeout.</summary>
    /// <exception cref="BrokerException">The refusal, or why there is none.</exception>
    public Task<TReply> AskAnyAsync<TReply>(ISessionRequest request, TimeSpan timeout, CancellationToken ct)
        where TReply : ISessionReply => AskAsync<TReply>(NodeId.None, request, timeout, ct);

    /// <summary>Asks that node, again and again when it is out of reach or refuses for the moment. A refusal that says that
    /// another node is to be asked ends it: renew the view.</summary>
    /// <exception cref="BrokerException">The refusal, or why there is none.</exception>
    public Task<TReply> AskNodeAsync<TReply>(NodeId node, ISessionRequest request, TimeSpan timeout, CancellationToken ct)
        where TReply : ISessionReply
    {
        ArgumentOutOfRangeException.ThrowIfNegative(node.Value, nameof(node));
        return AskAsync<TReply>(node, request, timeout, ct);
    }

    /// <summary>Where sessions with that node are opened.</summary>
    /// <exception cref="BrokerUnavailableException">The view does not have the node, or no address of it.</exception>
    public ActorSelection SessionsOf(NodeId node) => AddressOf(node) is { } address
        ? _system.ActorSelection(address + SessionProtocol.SessionsPath)
        : throw new BrokerUnavailableException($"Node {node} is not in the client's view of the cluster (number {View.Number}), or has no Akka address there.");

    /// <summary>Null when it is not known.</summary>
    public string? AddressOf(NodeId node) => View.Nodes.TryGetValue(node, out var known) && known.AkkaAddress.Length > 0 ? known.AkkaAddress : null;

    /// <summary>For the actor only.</summary>
    internal void Publish(ClusterView view)
    {
        Check.That(view.Number > View.Number);
        Volatile.Write(ref _view, view);
    }

    /// <summary>For the actor only: it ends.</summary>
    internal void Close() => _closed.TrySetResult();

    private long NextId() => Interlocked.Increment(ref _lastId);

    private Task<TReply> AskAsync<TReply>(NodeId node, ISessionRequest request, TimeSpan timeout, CancellationToken ct)
        where TReply : ISessionReply
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        var id = NextId();
        var done = new TaskCompletionSource<TReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        var plan = new RequestPlan(
            request, typeof(TReply), node, timeout, reply => done.TrySetResult((TReply)reply), error => done.TrySetException(error));
        return Await(id, new BeginRequest(id, plan), done, ct);
    }

    private async Task<T> Await<T>(long id, IClusterMessage command, TaskCompletionSource<T> done, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        _actor.Tell(command, ActorRefs.NoSender);
        using var cancelled = ct.UnsafeRegister(
            _ =>
            {
                if (done.TrySetCanceled(ct))
                {
                    _actor.Tell(new Abandon(id), ActorRefs.NoSender);
                }
            },
            null);
        await Task.WhenAny(done.Task, _closed.Task).ConfigureAwait(false);
        return done.Task.IsCompleted ? await done.Task.ConfigureAwait(false) : throw new ClientClosedException("The client has ended with its actor system.");
    }
}
