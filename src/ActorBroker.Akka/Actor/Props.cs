using System.Linq.Expressions;

namespace Akka.Actor;

/// <summary>The recipe of an actor: its class, constructor arguments, deployment and how it supervises. Immutable.</summary>
public class Props : IEquatable<Props>
{
    /// <summary>An actor that ignores everything.</summary>
    public static readonly Props None = new(typeof(EmptyActor));

    private readonly IIndirectActorProducer _producer;

    public Props(Type type, params object[] args)
        : this(Deploy.None, ActorProducers.ForType(type, args), args)
    {
    }

    public Props(Type type)
        : this(type, [])
    {
    }

    public Props(Deploy deploy, Type type, params object[] args)
        : this(deploy, ActorProducers.ForType(type, args), args)
    {
    }

    protected Props(Props copy)
    {
        ArgumentNullException.ThrowIfNull(copy);
        _producer = copy._producer;
        Arguments = copy.Arguments;
        Deploy = copy.Deploy;
        SupervisorStrategy = copy.SupervisorStrategy;
    }

    private Props(Deploy deploy, IIndirectActorProducer producer, object[] args)
    {
        _producer = producer;
        Deploy = deploy;
        Arguments = args;
    }

    public static Props Empty { get; } = new(typeof(EmptyActor));

    public Type Type => _producer.ActorType;

    public string TypeName => Type.AssemblyQualifiedName ?? Type.Name;

    public string Dispatcher => Deploy.Dispatcher.Length == 0 ? Dispatch.Dispatchers.DefaultDispatcherId : Deploy.Dispatcher;

    public string Mailbox => Deploy.Mailbox;

    public Deploy Deploy { get; protected set; }

    /// <summary>Null: the actor's own <c>SupervisorStrategy()</c>.</summary>
    public SupervisorStrategy SupervisorStrategy { get; protected set; } = null!;

    public object[] Arguments { get; }

    /// <param name="factory">Of the form <c>() => new MyActor(a, b)</c>. The arguments are evaluated now, once.</param>
    /// <param name="supervisorStrategy">Overrides the actor's own.</param>
    /// <exception cref="ArgumentException">Anything but a constructor call.</exception>
    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy? supervisorStrategy = null)
        where TActor : ActorBase
    {
        ArgumentNullException.ThrowIfNull(factory);
        if (factory.Body is not NewExpression call)
        {
            throw new ArgumentException("The create function must be a 'new T (args)' expression", nameof(factory));
        }

        var args = call.Arguments.Count == 0 ? [] : call.Arguments.Select(ActorProducers.Evaluate).ToArray();
        var producer = ActorProducers.ForConstructor(typeof(TActor), call.Constructor, args);
        return new Props(Deploy.None, producer, args!) { SupervisorStrategy = supervisorStrategy! };
    }

    public static Props Create<TActor>(params object[] args)
        where TActor : ActorBase => new(typeof(TActor), args);

    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy)
        where TActor : ActorBase, new() => new(typeof(TActor)) { SupervisorStrategy = supervisorStrategy };

    /// <exception cref="ArgumentException">The type is not an actor's.</exception>
    public static Props Create(Type type, params object[] args) => new(type, args);

    public static Props CreateBy(IIndirectActorProducer producer, params object[] args)
    {
        ArgumentNullException.ThrowIfNull(producer);
        return new Props(Deploy.None, producer, args);
    }

    public Props WithMailbox(string mailbox) => WithDeploy(Deploy.WithMailbox(mailbox));

    public Props WithDispatcher(string dispatcher) => WithDeploy(Deploy.WithDispatcher(dispatcher));

    /// <summary>Most messages the actor's stash holds; beyond that <see cref="StashOverflowException"/>.</summary>
    public Props WithStashCapacity(int stashCapacity) => WithDeploy(Deploy.WithStashCapacity(stashCapacity));

    /// <summary>What <paramref name="deploy"/> does not say stays.</summary>
    public Props WithDeploy(Deploy deploy)
    {
        ArgumentNullException.ThrowIfNull(deploy);
        var copy = Copy();
        copy.Deploy = deploy.WithFallback(Deploy);
        return copy;
    }

    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy)
    {
        var copy = Copy();
        copy.SupervisorStrategy = supervisorStrategy;
        return copy;
    }

    public virtual ActorBase NewActor() => _producer.Produce();

    public bool Equals(Props? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && Type == other.Type
            && Deploy.Equals(other.Deploy)
            && Equals(SupervisorStrategy, other.SupervisorStrategy)
            && Arguments.SequenceEqual(other.Arguments));

    public override bool Equals(object? obj) => Equals(obj as Props);

    public override int GetHashCode() => HashCode.Combine(Type, Deploy);

    internal void Release(ActorBase actor) => _producer.Release(actor);

    protected virtual Props Copy() => new(this);

    private sealed class EmptyActor : UntypedActor
    {
        protected override void OnReceive(object message)
        {
        }
    }
}
