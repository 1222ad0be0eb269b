using System.Globalization;
using ActorBroker.Cli.Client;

namespace ActorBroker.Cli.Commands;

/// <summary>Where reading begins.</summary>
internal sealed record ConsumeStart(ConsumeStart.Kind From, long Value = 0)
{
    public enum Kind { Beginning, End, Offset, Time }

    /// <exception cref="UsageException">Neither a word known nor a number.</exception>
    public static ConsumeStart Parse(string? from, long? offset, string? timestamp)
    {
        var given = (from is null ? 0 : 1) + (offset is null ? 0 : 1) + (timestamp is null ? 0 : 1);
        if (given > 1) throw new UsageException("--from, --offset and --timestamp say where to begin: give one of them");
        if (offset is { } number) return new ConsumeStart(Kind.Offset, number);
        if (timestamp is not null) return new ConsumeStart(Kind.Time, ParseTime(timestamp));
        return from switch
        {
            null or "beginning" => new ConsumeStart(Kind.Beginning),
            "end" => new ConsumeStart(Kind.End),
            _ when long.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var value) => new ConsumeStart(Kind.Offset, value),
            _ => throw new UsageException($"--from '{from}' is not beginning, end or an offset from 0 on"),
        };
    }

    /// <summary>Milliseconds since 1970, or ISO 8601; without a zone it is UTC.</summary>
    public static long ParseTime(string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)) return milliseconds;
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var time)
            ? time.ToUnixTimeMilliseconds()
            : throw new UsageException($"--timestamp '{text}' is not ISO 8601, such as 2026-01-31T12:00:00Z, nor milliseconds since 1970");
    }

    /// <summary>The first offset of each partition. An offset outside a partition means its nearer end, unless it is the only one.</summary>
    /// <param name="ends">Where each partition ends now.</param>
    public async Task<IReadOnlyDictionary<int, long>> FindAsync(
        OffsetLookup lookup, IReadOnlyDictionary<int, long> ends, CancellationToken cancellationToken)
    {
        var partitions = ends.Keys.ToArray();
        switch (From)
        {
            case Kind.End:
                return ends;
            case Kind.Offset:
                var starts = await lookup.FindAsync(partitions, OffsetLookup.Start, isCommittedOnly: false, cancellationToken);
                if (partitions is [var only] && (Value < starts[only] || Value > ends[only]))
                {
                    throw new CliException($"partition {only} has no offset {Value}: it begins at {starts[only]} and ends before {ends[only]}");
                }

                return partitions.ToDictionary(partition => partition, partition => Math.Clamp(Value, starts[partition], ends[partition]));
            case Kind.Time:
                var found = await lookup.FindAsync(partitions, Value, isCommittedOnly: false, cancellationToken);
                return found.ToDictionary(at => at.Key, at => at.Value < 0 ? ends[at.Key] : at.Value);
            case Kind.Beginning:
            default:
                return await lookup.FindAsync(partitions, OffsetLookup.Start, isCommittedOnly: false, cancellationToken);
        }
    }
}
