using System.Globalization;

namespace ActorBroker.Benchmarks.Native;

/// <summary>The program <c>rdkafka_load</c>: librdkafka without anything around it.</summary>
internal sealed class Rdkafka
{
    private readonly string _program;

    private Rdkafka(string program) => _program = program;

    /// <summary>Null, and a line that says so, where there is no compiler or no library.</summary>
    public static async Task<Rdkafka?> CompileAsync()
    {
        var source = Path.Combine(AppContext.BaseDirectory, "rdkafka_load.c");
        var program = Path.Combine(AppContext.BaseDirectory, "rdkafka_load");
        try
        {
            await Peer.RunAsync("/bin/sh", "-c", $"gcc -O2 '{source}' -o '{program}' $(pkg-config --cflags --libs rdkafka)");
            return new Rdkafka(program);
        }
        catch (InvalidOperationException)
        {
            Console.WriteLine("librdkafka is left out: apt-get install librdkafka-dev pkg-config gcc");
            return null;
        }
    }

    /// <param name="what"><c>produce</c>, <c>produce-many</c> or <c>consume</c>.</param>
    /// <returns>Seconds.</returns>
    public async Task<double> RunAsync(string what, string broker, string topic, int count, int bytes) =>
        double.Parse(await Peer.RunAsync(_program, what, broker, topic, Text(count), Text(bytes)), CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
