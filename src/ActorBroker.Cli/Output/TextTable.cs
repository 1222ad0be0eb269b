using System.Globalization;

namespace ActorBroker.Cli.Output;

/// <summary>Columns for people: a head in capitals, two blanks between columns, numbers to the right.</summary>
internal sealed class TextTable(params string[] heads)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void WriteTo(ByteOutput output)
    {
        var widths = heads.Select((head, column) => _rows.Select(row => row[column].Length).Append(head.Length).Max()).ToArray();
        var areNumbers = heads.Select((_, column) => _rows.Count > 0 && _rows.All(row => row[column] == "-" || IsNumber(row[column]))).ToArray();
        foreach (var row in _rows.Prepend(heads))
        {
            var cells = row.Select((cell, column) => areNumbers[column] ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }

    private static bool IsNumber(string cell) =>
        decimal.TryParse(cell, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _);
}
