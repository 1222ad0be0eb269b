using System.Globalization;
using System.Text.Json;
using ActorBroker.Cli.Bench;
using ActorBroker.Cli.Output;

namespace ActorBroker.Cli.Commands;

/// <summary>What the suite measured: a column for each broker, medians in its cells. As JSON a line for each run, and one with the
/// medians for each load of each broker.</summary>
internal sealed class SuiteReport(IReadOnlyList<SuiteLoad> loads, IReadOnlyList<SuitePeer> peers)
{
    private readonly Dictionary<(string Load, string Peer), List<RunResult>> _results = [];

    public void Add(SuiteLoad load, SuitePeer peer, RunResult result)
    {
        if (!_results.TryGetValue((load.Name, peer.Name), out var results)) _results[(load.Name, peer.Name)] = results = [];
        results.Add(result);
    }

    public void Write(CommandContext context)
    {
        if (_results.Count == 0) return;
        if (context.IsJson) WriteJson(context.Json);
        else Table().WriteTo(context.Output);
    }

    private TextTable Table()
    {
        var table = new TextTable(["LOAD", "FIGURE", .. peers.Select(peer => peer.Name)]);
        foreach (var load in loads)
        {
            var title = load.Title;
            foreach (var (figure, head) in load.Shown)
            {
                string[] cells = [.. peers.Select(peer => Cell(Of(load, peer), figure))];
                if (cells.All(cell => cell == "-")) continue;
                table.Add([title, head, .. cells]);
                title = "";
            }
        }

        return table;
    }

    private void WriteJson(JsonLines lines)
    {
        foreach (var (load, peer) in from load in loads from peer in peers select (load, peer))
        {
            var results = Of(load, peer);
            foreach (var (index, result) in results.Index())
            {
                lines.Write(json =>
                {
                    WriteHead(json, load, peer);
                    json.WriteNumber("run", index + 1);
                    foreach (var figure in result.Figures) WriteFigure(json, figure, figure.Value);
                });
            }

            if (results.Count == 0) continue;
            lines.Write(json =>
            {
                WriteHead(json, load, peer);
                json.WriteNumber("runs", results.Count);
                json.WriteStartObject("median");
                foreach (var figure in results[0].Figures) WriteFigure(json, figure, MedianOf(results, figure.Name));
                json.WriteEndObject();
            });
        }
    }

    private static void WriteHead(Utf8JsonWriter json, SuiteLoad load, SuitePeer peer)
    {
        json.WriteString("bench", "suite");
        json.WriteString("load", load.Name);
        json.WriteString("broker", peer.Name);
    }

    private static void WriteFigure(Utf8JsonWriter json, Figure figure, double value) => json.WriteNumber(figure.Name, Math.Round(value, figure.Decimals));

    private static string Cell(List<RunResult> results, string name)
    {
        var figures = results.SelectMany(result => result.Figures).Where(figure => figure.Name == name).ToArray();
        return figures.Length == 0 ? "-" : MedianOf(results, name).ToString($"F{figures[0].Decimals}", CultureInfo.InvariantCulture);
    }

    private static double MedianOf(List<RunResult> results, string name) =>
        BenchReport.Median(results.SelectMany(result => result.Figures).Where(figure => figure.Name == name).Select(figure => figure.Value));

    private List<RunResult> Of(SuiteLoad load, SuitePeer peer) => _results.GetValueOrDefault((load.Name, peer.Name), []);
}
