using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Cli.Client;

/// <summary>Which version of each API to use with one broker.</summary>
internal sealed class BrokerVersions
{
    // Later versions name topics by id, take several groups at once or tell epochs (which librdkafka's mock cluster writes in a size
    // of its own), which is of no use here.
    private static readonly Dictionary<ApiKey, short> OurMax = new()
    {
        [ApiKey.Fetch] = 12,
        [ApiKey.ListOffsets] = 3,
        [ApiKey.DeleteTopics] = 5,
        [ApiKey.FindCoordinator] = 3,
        [ApiKey.OffsetFetch] = 7,
        [ApiKey.OffsetCommit] = 8,
    };

    private readonly Dictionary<ApiKey, (short Min, short Max)> _theirs = [];

    public static BrokerVersions From(ApiVersionsResponse response)
    {
        var versions = new BrokerVersions();
        foreach (var api in response.ApiKeys)
        {
            versions._theirs[(ApiKey)api.ApiKey] = (api.MinVersion, api.MaxVersion);
        }

        return versions;
    }

    /// <summary>The highest version that both sides speak; null when there is none.</summary>
    public short? Choose(ApiKey key)
    {
        if (!_theirs.TryGetValue(key, out var theirs) || ApiVersions.Known(key) is not { } ours) return null;
        var highest = Math.Min(theirs.Max, OurMax.GetValueOrDefault(key, ours.Max));
        highest = Math.Min(highest, ours.Max);
        return highest >= Math.Max(theirs.Min, ours.Min) ? highest : null;
    }

    /// <summary>As <see cref="Choose"/>, for what cannot be done otherwise.</summary>
    /// <param name="broker">Named in the error.</param>
    /// <exception cref="CliException">There is none.</exception>
    public short Require(ApiKey key, BrokerAddress broker) =>
        Choose(key) ?? throw new CliException($"broker {broker} does not serve {key} in a version known here");

    public bool Serves(ApiKey key) => Choose(key) is not null;
}
