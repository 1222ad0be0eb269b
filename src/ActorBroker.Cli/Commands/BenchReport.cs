using System.Globalization;
using System.Text.Json;
using ActorBroker.Cli.Bench;
using ActorBroker.Cli.Output;

namespace ActorBroker.Cli.Commands;

/// <summary>What the runs of a benchmark gave.</summary>
/// <param name="runs">At least one; all have the same figures in the same order.</param>
internal sealed class BenchReport(string bench, IReadOnlyList<BenchReport.Row> runs)
{
    /// <summary>A run.</summary>
    /// <param name="Topic">Null where there is none.</param>
    public sealed record Row(string? Topic, IReadOnlyList<Figure> Figures);

    /// <summary>A row for each run; with several also median, least and most of each figure. As JSON a line for each run, and one for
    /// the three.</summary>
    public void Write(CommandContext context)
    {
        if (context.IsJson) WriteJson(context.Json);
        else Table().WriteTo(context.Output);
    }

    /// <summary>The middle one; of an even number the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private TextTable Table()
    {
        var table = new TextTable(["RUN", .. runs[0].Figures.Select(figure => figure.Head)]);
        foreach (var (index, run) in runs.Index()) table.Add([(index + 1).ToString(CultureInfo.InvariantCulture), .. run.Figures.Select(Text)]);
        if (runs.Count == 1) return table;
        table.Add(["median", .. Over(Median).Select(Text)]);
        table.Add(["min", .. Over(Enumerable.Min).Select(Text)]);
        table.Add(["max", .. Over(Enumerable.Max).Select(Text)]);
        return table;
    }

    private void WriteJson(JsonLines lines)
    {
        foreach (var (index, run) in runs.Index())
        {
            lines.Write(json =>
            {
                json.WriteString("bench", bench);
                if (run.Topic is not null) json.WriteString("topic", run.Topic);
                json.WriteNumber("run", index + 1);
                WriteMembers(json, run.Figures);
            });
        }

        lines.Write(json =>
        {
            json.WriteString("bench", bench);
            json.WriteNumber("runs", runs.Count);
            WriteObject(json, "median", Over(Median));
            WriteObject(json, "min", Over(Enumerable.Min));
            WriteObject(json, "max", Over(Enumerable.Max));
        });
    }

    private IEnumerable<Figure> Over(Func<IEnumerable<double>, double> sum) =>
        runs[0].Figures.Select((figure, column) => figure with { Value = sum(runs.Select(run => run.Figures[column].Value)) });

    private static void WriteObject(Utf8JsonWriter json, string name, IEnumerable<Figure> figures)
    {
        json.WriteStartObject(name);
        WriteMembers(json, figures);
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, IEnumerable<Figure> figures)
    {
        foreach (var figure in figures) json.WriteNumber(figure.Name, Math.Round(figure.Value, figure.Decimals));
    }

    private static string Text(Figure figure) => figure.Value.ToString($"F{figure.Decimals}", CultureInfo.InvariantCulture);
}
