using System.Globalization;

namespace ActorBroker.Messages;

/// <summary>A node of the cluster: 0 … 2^31−1, or <see cref="None"/>.</summary>
public readonly record struct NodeId(int Value)
{
    public static readonly NodeId None = new(-1);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
