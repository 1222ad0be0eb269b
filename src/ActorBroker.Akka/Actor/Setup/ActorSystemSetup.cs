using Akka.Util;

namespace Akka.Actor.Setup;

/// <summary>The settings that a program hands to a system in code, at most one of each type.</summary>
public sealed class ActorSystemSetup
{
    public static readonly ActorSystemSetup Empty = new(new Dictionary<Type, Setup>());

    private readonly Dictionary<Type, Setup> _setups;

    private ActorSystemSetup(Dictionary<Type, Setup> setups) => _setups = setups;

    public static ActorSystemSetup Create(params Setup[] setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return new ActorSystemSetup(setup.ToDictionary(one => one.GetType()));
    }

    public Option<T> Get<T>()
        where T : Setup => _setups.TryGetValue(typeof(T), out var setup) ? (T)setup : Option<T>.None;

    /// <summary>A copy in which <paramref name="setup"/> replaces the one of its type.</summary>
    public ActorSystemSetup WithSetup<T>(T setup)
        where T : Setup
    {
        ArgumentNullException.ThrowIfNull(setup);
        return new ActorSystemSetup(new Dictionary<Type, Setup>(_setups) { [setup.GetType()] = setup });
    }

    public ActorSystemSetup And<T>(T setup)
        where T : Setup => WithSetup(setup);

    public override string ToString() => $"ActorSystemSetup({string.Join(", ", _setups.Keys.Select(type => type.Name))})";
}
