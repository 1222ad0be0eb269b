using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;

namespace ActorBroker.Akka.Tests.Actor;

public sealed class SystemTests() : ActorSystemTests($"akka.extensions = [\"{typeof(CountingId).AssemblyQualifiedName}\"]")
{
    [Fact]
    public void A_configured_extension_is_there_from_the_start()
    {
        Assert.True(System.HasExtension<Counting>());
        Assert.Same(System.GetExtension<Counting>(), new CountingId().Get(System));
        Assert.Equal(1, System.GetExtension<Counting>().Made);
    }

    [Fact]
    public void An_extension_is_made_once_however_many_ask_for_it()
    {
        var id = new SlowId();
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() => id.Apply(System))).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.Equal(1, id.Made);
        Assert.True(System.TryGetExtension<Slow>(out var slow));
        Assert.Same(id.Apply(System), slow);
    }

    [Fact]
    public async Task Termination_stops_everything_and_runs_the_hooks_last_first()
    {
        var order = new List<string>();
        var system = ActorSystem.Create("short", ConfigurationFactory.ParseString("akka.loglevel = OFF\nakka.stdout-loglevel = OFF"));
        system.ActorOf(Props.Create(() => new Leaving(order)));
        system.RegisterOnTermination(() => order.Add("first hook"));
        system.RegisterOnTermination(() => order.Add("second hook"));

        await system.Terminate();

        Assert.Equal(["actor stopped", "second hook", "first hook"], order);
        Assert.True(system.WhenTerminated.IsCompletedSuccessfully);
        Assert.Throws<InvalidOperationException>(() => system.RegisterOnTermination(() => { }));
        Assert.Throws<InvalidOperationException>(() => system.ActorOf(Props.Empty));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a b")]
    [InlineData("a/b")]
    public void A_systems_name_is_checked(string name) => Assert.Throws<ArgumentException>(() => ActorSystem.Create(name));

    [Fact]
    public void A_provider_that_is_not_there_is_named()
    {
        var failure = Assert.Throws<ConfigurationException>(() => ActorSystem.Create("a", ConfigurationFactory.ParseString("akka.actor.provider = \"No.Such\"")));
        Assert.Contains("No.Such", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_in_code_reach_the_system()
    {
        var bootstrap = BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString("akka.loglevel = OFF\nmy.value = 3"));
        var system = ActorSystem.Create("setup", ActorSystemSetup.Create(bootstrap, new Mine("hello")));

        Assert.Equal("hello", system.Settings.Setup.Get<Mine>().Value.Text);
        Assert.Equal(3, system.Settings.Config.GetInt("my.value"));
        Assert.Equal(30, system.Dispatchers.DefaultGlobalDispatcher.Throughput);
        await system.Terminate();
    }

    [Fact]
    public async Task Escalating_to_the_top_ends_the_system()
    {
        var system = ActorSystem.Create("doomed", ConfigurationFactory.ParseString($$"""
            akka.loglevel = OFF
            akka.stdout-loglevel = OFF
            akka.actor.guardian-supervisor-strategy = "{{typeof(Escalating).AssemblyQualifiedName}}"
            """));
        system.ActorOf(Props.Create(() => new Failing())).Tell("fail");

        await system.WhenTerminated.WaitAsync(TimeSpan.FromSeconds(20));
    }

    public sealed class Escalating : SupervisorStrategyConfigurator
    {
        public override SupervisorStrategy Create() => new OneForOneStrategy(_ => Directive.Escalate);
    }

    public sealed class CountingId : ExtensionIdProvider<Counting>
    {
        public override Counting CreateExtension(ExtendedActorSystem system) => new();
    }

    public sealed class Counting : IExtension
    {
        public int Made { get; } = 1;
    }

    private sealed class Slow : IExtension;

    private sealed class SlowId : ExtensionIdProvider<Slow>
    {
        private int _made;

        public int Made => _made;

        public override Slow CreateExtension(ExtendedActorSystem system)
        {
            Interlocked.Increment(ref _made);
            Thread.Yield();
            return new Slow();
        }
    }

    private sealed class Mine(string text) : Setup
    {
        public string Text { get; } = text;
    }

    private sealed class Leaving(List<string> order) : UntypedActor
    {
        protected override void PostStop() => order.Add("actor stopped");

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class Failing : UntypedActor
    {
        protected override void OnReceive(object message) => throw new InvalidOperationException("fail");
    }
}
