namespace Akka.Configuration.Hocon;

/// <summary>A parsed text.</summary>
public class HoconRoot(HoconValue value, IEnumerable<HoconSubstitution> substitutions)
{
    public HoconRoot(HoconValue value)
        : this(value, [])
    {
    }

    public HoconValue Value { get; } = value;

    public IEnumerable<HoconSubstitution> Substitutions { get; } = substitutions;
}
