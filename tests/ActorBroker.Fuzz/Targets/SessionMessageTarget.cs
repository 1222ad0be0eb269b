using System.Runtime.Serialization;
using ActorBroker.Fuzz.Running;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Fuzz.Targets;

/// <summary>Messages of native clients, and those of nodes to them.</summary>
internal sealed class SessionMessageTarget : FuzzTarget
{
    private readonly SessionSerializer _serializer = new(null!);

    public override string Name => "session-messages";

    public override int Weight => 20;

    /// <summary>Each named by its manifest.</summary>
    public override IReadOnlyList<FuzzSeed> Seeds { get; } =
    [
        .. TestData.Text("ActorBroker.Messages.Tests/session-messages.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim().Split(' '))
            .Select(words => new FuzzSeed(words[1], Convert.FromHexString(words.ElementAtOrDefault(2) ?? ""))),
    ];

    public override void Try(FuzzSeed seed, byte[] input)
    {
        try
        {
            _serializer.ToBinary(_serializer.FromBinary(input, seed.Name));
        }
        catch (SerializationException)
        {
            // Refused, as it may be.
        }
    }
}
