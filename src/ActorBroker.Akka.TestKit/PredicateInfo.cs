namespace Akka.TestKit;

/// <summary>What one message of several must be: of a type, and as a predicate says.</summary>
public class PredicateInfo
{
    private readonly Predicate<object> _isMessage;

    private PredicateInfo(Type type, Predicate<object> isMessage) => (Type, _isMessage) = (type, isMessage);

    public Type Type { get; }

    public static PredicateInfo Create<T>(Predicate<T> predicate) =>
        new(typeof(T), message => message is T typed && predicate(typed));

    internal bool Accepts(object message) => _isMessage(message);
}
