using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;

namespace ActorBroker.Benchmarks.Runtime;

/// <summary>The actor runtime beside a bare channel, in turns within each run: messages to one actor, there and back between two, and
/// questions with answers.</summary>
internal static class RuntimeBenchmark
{
    private const int Senders = 4;
    private const int FanInCount = 4_000_000;
    private const int PingPongCount = 2_000_000;
    private const int AskCount = 400_000;
    private const int AskersInFlight = 100;
    private static readonly object Message = new();

    private static readonly (string Name, double Target, int Count, Func<ActorSystem, Task<double>> RunAsync)[] Loads =
    [
        ($"channel, {Senders} senders to one reader", 0, FanInCount, _ => ChannelAsync()),
        ($"fan-in, {Senders} senders to one actor", 22e6, FanInCount, FanInAsync),
        ("ping-pong, 1 message in flight", 9e6, 2 * PingPongCount, system => PingPongAsync(system, inFlight: 1)),
        ("ping-pong, 100 messages in flight", 16e6, 2 * PingPongCount, system => PingPongAsync(system, inFlight: 100)),
        ($"Ask, {AskersInFlight} at a time", 1.4e6, AskCount, AskAsync),
    ];

    /// <param name="args">--runs N: 5 if nothing is said; --only TEXT: the loads that have it in their name.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var runs = int.Parse(After("--runs") ?? "5", CultureInfo.InvariantCulture);
        var loads = Loads.Where(load => load.Name.Contains(After("--only") ?? "", StringComparison.Ordinal)).ToArray();
        using var system = ActorSystem.Create("bench", ConfigurationFactory.ParseString("akka.loglevel = WARNING"));
        foreach (var load in loads) await load.RunAsync(system);   // code is compiled for what it does
        var rates = loads.Select(_ => new List<double>()).ToArray();
        var costs = loads.Select(_ => new List<double>()).ToArray();
        for (var run = 0; run < runs; run++)
        {
            for (var i = 0; i < loads.Length; i++)
            {
                GC.Collect();   // what the load before left behind is not this one's
                var cpu = Environment.CpuUsage.TotalTime;
                rates[i].Add(await loads[i].RunAsync(system));
                costs[i].Add((Environment.CpuUsage.TotalTime - cpu).TotalNanoseconds / loads[i].Count);
            }
        }

        Console.WriteLine($"{"",-40} {"median /s",12} {"min",12} {"max",12} {"target",12} {"CPU ns each",12}");
        for (var i = 0; i < loads.Length; i++)
        {
            rates[i].Sort();
            costs[i].Sort();
            var target = loads[i].Target > 0 ? loads[i].Target.ToString("N0", CultureInfo.InvariantCulture) : "";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{loads[i].Name,-40} {rates[i][runs / 2],12:N0} {rates[i][0],12:N0} {rates[i][^1],12:N0} {target,12} {costs[i][runs / 2],12:N0}"));
        }

        await system.Terminate();
        return 0;

        string? After(string option) => Array.IndexOf(args, option) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
    }

    private static async Task<double> ChannelAsync()
    {
        var channel = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
        var started = Stopwatch.GetTimestamp();
        var senders = SendAsync(() => channel.Writer.TryWrite(Message));
        var left = FanInCount;
        while (left > 0 && await channel.Reader.WaitToReadAsync())
        {
            while (channel.Reader.TryRead(out _)) left--;
        }

        await senders;
        return FanInCount / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<double> FanInAsync(ActorSystem system)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var counter = system.ActorOf(Props.Create(() => new Counter(FanInCount, done)));
        var started = Stopwatch.GetTimestamp();
        await SendAsync(() => counter.Tell(Message, ActorRefs.NoSender));
        await done.Task;
        var rate = FanInCount / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await counter.GracefulStop(TimeSpan.FromSeconds(30));
        return rate;
    }

    private static Task SendAsync(Action send) => Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(() =>
    {
        for (var i = 0; i < FanInCount / Senders; i++) send();
    })));

    private static async Task<double> PingPongAsync(ActorSystem system, int inFlight)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var echo = system.ActorOf(Props.Create(() => new Echo()));
        var pinger = system.ActorOf(Props.Create(() => new Pinger(PingPongCount, done)));
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < inFlight; i++) echo.Tell(Message, pinger);
        await done.Task;

        // Each round trip is two messages.
        var rate = 2.0 * PingPongCount / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await Task.WhenAll(pinger.GracefulStop(TimeSpan.FromSeconds(30)), echo.GracefulStop(TimeSpan.FromSeconds(30)));
        return rate;
    }

    private static async Task<double> AskAsync(ActorSystem system)
    {
        var echo = system.ActorOf(Props.Create(() => new Echo()));
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, AskersInFlight).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < AskCount / AskersInFlight; i++) await echo.Ask<object>(Message, TimeSpan.FromSeconds(30));
        })));
        var rate = AskCount / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await echo.GracefulStop(TimeSpan.FromSeconds(30));
        return rate;
    }

    private sealed class Counter(int count, TaskCompletionSource done) : UntypedActor
    {
        private int _left = count;

        protected override void OnReceive(object message)
        {
            if (--_left == 0) done.SetResult();
        }
    }

    /// <summary>Sends back what comes, until it has come often enough.</summary>
    private sealed class Pinger(int count, TaskCompletionSource done) : UntypedActor
    {
        private int _left = count;

        protected override void OnReceive(object message)
        {
            if (--_left == 0) done.SetResult();
            else if (_left > 0) Sender.Tell(message, Self);
        }
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }
}
