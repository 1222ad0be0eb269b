namespace Akka.Util;

/// <summary>A value or none. The default is none.</summary>
public readonly struct Option<T> : IEquatable<Option<T>>
{
    public static readonly Option<T> None;

    public Option(T value)
    {
        Value = value;
        HasValue = value is not null;
    }

    public bool HasValue { get; }

    public bool IsEmpty => !HasValue;

    /// <summary>The default of <typeparamref name="T"/> when there is none.</summary>
    public T Value { get; }

    public static implicit operator Option<T>(T value) => new(value);

    public static bool operator ==(Option<T> left, Option<T> right) => left.Equals(right);

    public static bool operator !=(Option<T> left, Option<T> right) => !left.Equals(right);

    public static Option<T> Create(T value) => new(value);

    public T GetOrElse(T fallbackValue) => HasValue ? Value : fallbackValue;

    public Option<TNew> Select<TNew>(Func<T, TNew> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return HasValue ? selector(Value) : Option<TNew>.None;
    }

    public Option<TNew> FlatSelect<TNew>(Func<T, Option<TNew>> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return HasValue ? selector(Value) : Option<TNew>.None;
    }

    public void OnSuccess(Action<T> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        if (HasValue)
        {
            action(Value);
        }
    }

    public bool Equals(Option<T> other) =>
        HasValue == other.HasValue && EqualityComparer<T>.Default.Equals(Value, other.Value);

    public override bool Equals(object? obj) => obj is Option<T> other && Equals(other);

    public override int GetHashCode() => HasValue ? Value!.GetHashCode() : 0;

    public override string ToString() => HasValue ? $"Some<{Value}>" : "None";
}
