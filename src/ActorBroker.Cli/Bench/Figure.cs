namespace ActorBroker.Cli.Bench;

/// <summary>One number of a run.</summary>
/// <param name="Head">Over its column in a table, with the unit.</param>
/// <param name="Name">Its member in JSON, with the unit.</param>
/// <param name="Decimals">How many are shown.</param>
internal readonly record struct Figure(string Head, string Name, double Value, int Decimals)
{
    /// <summary>What was moved in which time.</summary>
    /// <param name="bytes">Of whole batches, with their headers.</param>
    public static IEnumerable<Figure> OfThroughput(long records, long bytes, long requests, TimeSpan took)
    {
        var seconds = Math.Max(took.TotalSeconds, 1e-6);
        yield return new Figure("RECORDS", "records", records, 0);
        yield return new Figure("SECONDS", "seconds", took.TotalSeconds, 3);
        yield return new Figure("RECORDS/S", "recordsPerSecond", records / seconds, 0);
        yield return new Figure("REQUESTS/S", "requestsPerSecond", requests / seconds, 0);
        yield return new Figure("MB/S", "megabytesPerSecond", bytes / seconds / 1e6, 2);
    }

    /// <param name="percents">Such as 50 or 99.9. The largest value comes behind them.</param>
    public static IEnumerable<Figure> OfTimes(LatencyHistogram times, params double[] percents)
    {
        foreach (var percent in percents)
        {
            var name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{percent}");
            yield return new Figure($"P{name} MS", $"p{name.Replace(".", "", StringComparison.Ordinal)}Ms", times.AtPercent(percent).TotalMilliseconds, 3);
        }

        yield return new Figure("MAX MS", "maxMs", times.Max.TotalMilliseconds, 3);
    }
}
