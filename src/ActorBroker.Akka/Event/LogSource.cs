using Akka.Actor;

namespace Akka.Event;

/// <summary>Who logs: the text that the log shows and the class.</summary>
public readonly struct LogSource
{
    private LogSource(string source, Type type) => (Source, Type) = (source, type);

    public string Source { get; }

    public Type Type { get; }

    public static LogSource Create(object o) => o switch
    {
        IActorContext context => new(FromActorPath(context.Self, null), SourceType(context)),
        IActorRef actor => new(FromActorPath(actor, null), SourceType(actor)),
        string name => new(name, typeof(DummyClassForStringSources)),
        Type type => new(Logging.SimpleName(type), type),
        null => throw new ArgumentNullException(nameof(o)),
        _ => new(Logging.SimpleName(o), o.GetType()),
    };

    public static LogSource Create(object o, ActorSystem system) => o switch
    {
        IActorContext context => new(FromActor(context, system), SourceType(context)),
        IActorRef actor => new(FromActorRef(actor, system), SourceType(actor)),
        string name => new(FromString(name, system), typeof(DummyClassForStringSources)),
        Type type => new(FromType(type, system), type),
        null => throw new ArgumentNullException(nameof(o)),
        _ => new(FromType(o.GetType(), system), o.GetType()),
    };

    public static LogSource Create(string source, Type t) => new(source, t);

    public static string FromActor(IActorContext actor, ActorSystem system) => FromActorRef(actor.Self, system);

    public static string FromActorRef(IActorRef a, ActorSystem system) => FromActorPath(a, system);

    public static string FromString(string source, ActorSystem system) => $"{source}({system})";

    public static string FromType(Type t, ActorSystem system) => $"{Logging.SimpleName(t)}({system})";

    public static Type SourceType(object o) => o switch
    {
        Type type => type,
        IActorContext context => context.Props.Type,
        string => typeof(DummyClassForStringSources),
        _ => o.GetType(),
    };

    private static string FromActorPath(IActorRef actor, ActorSystem? system) =>
        system is ExtendedActorSystem { Provider: { } provider }
            ? actor.Path.ToStringWithAddress(provider.DefaultAddress)
            : actor.Path.ToString();
}
