using ActorBroker.Fuzz.Running;

namespace ActorBroker.Fuzz.Targets;

/// <summary>Every target, made when it is its turn.</summary>
internal static class AllTargets
{
    public static IReadOnlyDictionary<string, Func<FuzzTarget>> Makers { get; } = new Dictionary<string, Func<FuzzTarget>>(StringComparer.Ordinal)
    {
        ["requests"] = () => new RequestTarget(),
        ["responses"] = () => new ResponseTarget(),
        ["batches"] = () => new BatchTarget(),
        ["compressed"] = () => new CompressionTarget(),
        ["log-files"] = () => new LogFilesTarget(),
        ["peer-messages"] = () => new PeerMessageTarget(),
        ["session-messages"] = () => new SessionMessageTarget(),
        ["cluster-messages"] = () => new ClusterMessageTarget(),
        ["remote-frames"] = () => new RemoteFrameTarget(),
        ["group-records"] = () => new GroupRecordTarget(),
        ["hocon"] = () => new HoconTarget(),
        ["node"] = () => new NodeTarget(),
        ["node-batches"] = () => new NodeBatchTarget(),
        ["state-files"] = () => new StateFilesTarget(),
        ["metadata"] = () => new MetadataTarget(),
    };

    /// <summary>How many of so many inputs go to each target: at least one, by weight.</summary>
    public static IReadOnlyList<(string Name, long Count)> Shares(long inputs)
    {
        var weights = Makers.Select(maker =>
        {
            using var target = maker.Value();
            return (maker.Key, target.Weight);
        }).ToArray();
        var all = weights.Sum(each => each.Weight);
        return [.. weights.Select(each => (each.Key, Math.Max(1, (inputs * each.Weight) / all)))];
    }
}
