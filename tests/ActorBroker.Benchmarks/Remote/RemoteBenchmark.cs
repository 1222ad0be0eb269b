using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Akka.Configuration;

namespace ActorBroker.Benchmarks.Remote;

/// <summary>Remoting between two processes on loopback, beside bare TCP in the same run.</summary>
internal static class RemoteBenchmark
{
    private static readonly int[] Sizes = [1 << 10, 16 << 10, 256 << 10, 1 << 20];

    public static async Task<int> RunAsync(string[] args)
    {
        var runs = args is ["--runs", var number] ? int.Parse(number, CultureInfo.InvariantCulture) : 3;
        var (peer, line) = await Peer.StartAsync("remote-peer");
        var port = int.Parse(line[1], CultureInfo.InvariantCulture);
        using var system = ActorSystem.Create("bench", ConfigurationFactory.ParseString(RemotePeer.Hocon));
        var echo = await system.ActorSelection(line[0] + "/user/echo").ResolveOne(TimeSpan.FromSeconds(5));
        var counter = await system.ActorSelection(line[0] + "/user/counter").ResolveOne(TimeSpan.FromSeconds(5));
        for (var run = 1; run <= runs; run++)
        {
            Console.WriteLine($"run {run} of {runs}");
            Print("bare TCP", $"{BareTcp.MegabytesPerSecond(port, 2L << 30):N0} MB/s");
            var bare = BareTcp.PingPong(port, 20_000);
            Print("bare TCP ping-pong", $"p50 {bare.Percentile(0.5):N0} us  p99 {bare.Percentile(0.99):N0} us");
            var asks = await AskAsync(echo, 20_000);
            Print("Ask, one in flight", $"p50 {asks.Percentile(0.5):N0} us  p99 {asks.Percentile(0.99):N0} us");
            var rate = await RateAsync(system, counter, "small text", 2_000_000, 20_000, 500);
            Print("small strings", $"{rate:N0} /s");
            foreach (var size in Sizes)
            {
                var count = (int)Math.Min(1_000_000, (1L << 30) / size);
                var window = Math.Clamp((32 << 20) / size, 8, 8192);
                rate = await RateAsync(system, counter, new byte[size], count, window, window / 4);
                Print($"bytes of {size >> 10} KB", $"{rate * size / 1e6:N0} MB/s");
            }

            var beats = await HeartbeatsUnderLoadAsync(system, counter, line[0]);
            Print("heartbeats under bulk", $"p50 {beats.Percentile(0.5):N0} us  p99 {beats.Percentile(0.99):N0} us");
        }

        await system.Terminate();
        await Peer.StopAsync(peer);
        return 0;
    }

    private static void Print(string what, string result) => Console.WriteLine($"  {what,-24} {result}");

    private static async Task<Latencies> AskAsync(IActorRef echo, int count)
    {
        var latencies = new Latencies(count);
        for (var i = 0; i < count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await echo.Ask<string>("ping", TimeSpan.FromSeconds(10));
            latencies.Add(Stopwatch.GetElapsedTime(start));
        }

        return latencies;
    }

    private static async Task<double> RateAsync(ActorSystem system, IActorRef counter, object message, int count, int window, int every)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sender = system.ActorOf(Props.Create(() => new WindowActor(counter, message, count / every * every, window, every, done)));
        var watch = Stopwatch.StartNew();
        sender.Tell("go");
        await done.Task.WaitAsync(TimeSpan.FromMinutes(2));
        system.Stop(sender);
        return count / every * every / watch.Elapsed.TotalSeconds;
    }

    /// <summary>What a heartbeat takes to /system and back while bulk messages fill the link.</summary>
    private static async Task<Latencies> HeartbeatsUnderLoadAsync(ActorSystem system, IActorRef counter, string address)
    {
        var latencies = new Latencies(2000);
        var load = RateAsync(system, counter, new byte[256 << 10], 12_000, 64, 16);
        var watcher = await system.ActorSelection(address + "/system/remote-watcher").ResolveOne(TimeSpan.FromSeconds(10));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!load.IsCompleted)
        {
            var start = Stopwatch.GetTimestamp();
            await watcher.Ask<ActorIdentity>(new Identify(1), TimeSpan.FromSeconds(10));
            latencies.Add(Stopwatch.GetElapsedTime(start));
            await pace.WaitForNextTickAsync();
        }

        await load;
        return latencies;
    }
}

/// <summary>Sends as fast as the window allows.</summary>
internal sealed class WindowActor : UntypedActor
{
    private readonly IActorRef _counter;
    private readonly object _message;
    private readonly int _window;
    private readonly int _every;
    private readonly TaskCompletionSource _done;
    private int _toSend;
    private int _toHear;
    private int _inFlight;

    public WindowActor(IActorRef counter, object message, int count, int window, int every, TaskCompletionSource done)
    {
        _counter = counter;
        _message = message;
        _window = window;
        _every = every;
        _done = done;
        _toSend = count;
        _toHear = count / every;
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case "go":
                _counter.Tell(_every, Self);
                break;
            case "ready":
                Send();
                break;
            case "more":
                _inFlight -= _every;
                if (--_toHear == 0)
                {
                    _done.SetResult();
                    return;
                }

                Send();
                break;
        }
    }

    private void Send()
    {
        for (; _toSend > 0 && _inFlight < _window; _toSend--, _inFlight++)
        {
            _counter.Tell(_message, Self);
        }
    }
}
