using Akka.Actor;
using Akka.Configuration;
using BenchmarkDotNet.Attributes;

namespace ActorBroker.Benchmarks.Parts;

/// <summary>src/ActorBroker.Akka: a message through mailbox and dispatcher, and a question with its answer.</summary>
[MemoryDiagnoser]
public class MailboxBenchmarks
{
    private const int Messages = 100_000;
    private const int Questions = 1000;
    private static readonly object Message = new();
    private readonly SemaphoreSlim _done = new(0);
    private ActorSystem _system = null!;
    private IActorRef _counter = null!;
    private IActorRef _echo = null!;

    [GlobalSetup]
    public void Start()
    {
        _system = ActorSystem.Create("bench", ConfigurationFactory.ParseString("akka.loglevel = WARNING"));
        _counter = _system.ActorOf(Props.Create(() => new Counter(_done)));
        _echo = _system.ActorOf(Props.Create(() => new Echo()));
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        await _system.Terminate();
        _system.Dispose();
        _done.Dispose();
    }

    /// <summary>From one thread to an actor that runs beside it.</summary>
    [Benchmark(OperationsPerInvoke = Messages)]
    public Task Tell()
    {
        for (var i = 0; i < Messages; i++) _counter.Tell(Message, ActorRefs.NoSender);
        return _done.WaitAsync();
    }

    /// <summary>One after the other: the mailbox is woken for each.</summary>
    [Benchmark(OperationsPerInvoke = Questions)]
    public async Task Ask()
    {
        for (var i = 0; i < Questions; i++) await _echo.Ask<object>(Message, TimeSpan.FromSeconds(30));
    }

    /// <summary>All at once.</summary>
    [Benchmark(OperationsPerInvoke = Questions)]
    public Task AskTogether()
    {
        var answers = new Task[Questions];
        for (var i = 0; i < answers.Length; i++) answers[i] = _echo.Ask<object>(Message, TimeSpan.FromSeconds(30));
        return Task.WhenAll(answers);
    }

    private sealed class Counter(SemaphoreSlim done) : UntypedActor
    {
        private int _count;

        protected override void OnReceive(object message)
        {
            if (++_count % Messages == 0) done.Release();
        }
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }
}
