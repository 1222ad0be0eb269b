using Akka.Actor;

namespace ActorBroker.Akka.Tests.Actor;

public sealed class SelectionTests : ActorSystemTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    [Fact]
    public void An_absolute_path_finds_the_actor()
    {
        var probe = NewProbe();
        Tree(probe);
        System.ActorSelection("/user/tree/b").Tell("ping", probe.Ref);
        probe.Expect("b");
        System.ActorSelection("akka://test/user/tree/a").Tell("ping", probe.Ref);
        probe.Expect("a");
    }

    [Fact]
    public void Wildcards_find_all_that_match()
    {
        var probe = NewProbe();
        Tree(probe);
        System.ActorSelection("/user/tree/*").Tell("ping", probe.Ref);
        Assert.Equal(["a", "ab", "b"], Three(probe));
        System.ActorSelection("/user/tree/a?").Tell("ping", probe.Ref);
        probe.Expect("ab");
        System.ActorSelection("/user/*/b").Tell("ping", probe.Ref);
        probe.Expect("b");
    }

    [Fact]
    public void A_path_can_go_up()
    {
        var probe = NewProbe();
        var tree = Tree(probe);
        tree.Tell(new FromChild("../b"), probe.Ref);
        probe.Expect("b");
    }

    [Fact]
    public async Task Resolving_gives_the_reference()
    {
        var probe = NewProbe();
        var tree = Tree(probe);
        Assert.Equal(tree, await System.ActorSelection("/user/tree").ResolveOne(Long));
        Assert.Equal(tree, (await System.ActorSelection("/user/tree").Ask<ActorIdentity>(new Identify("x"), Long)).Subject);
    }

    [Fact]
    public async Task Nobody_there_is_answered()
    {
        await Assert.ThrowsAsync<ActorNotFoundException>(() => System.ActorSelection("/user/nobody").ResolveOne(Long));
        await Assert.ThrowsAsync<ActorNotFoundException>(() => System.ActorSelection("/user/nobody/below").ResolveOne(Long));
    }

    private static string[] Three(Probe probe) => [.. Enumerable.Range(0, 3).Select(_ => probe.Expect<string>()).Order(StringComparer.Ordinal)];

    private IActorRef Tree(Probe probe)
    {
        var tree = System.ActorOf(Props.Create(() => new Branch()), "tree");
        tree.Tell("ping", probe.Ref);
        probe.Expect("tree");
        return tree;
    }

    private sealed record FromChild(string Path);

    private sealed class Branch : ReceiveActor
    {
        public Branch()
        {
            foreach (var name in new[] { "a", "ab", "b" })
            {
                Context.ActorOf(Props.Create(() => new Leaf()), name);
            }

            Receive<string>(_ => Sender.Tell("tree"));
            Receive<FromChild>(Context.Child("a").Forward);
        }
    }

    private sealed class Leaf : ReceiveActor
    {
        public Leaf()
        {
            Receive<string>(_ => Sender.Tell(Self.Path.Name));
            Receive<FromChild>(message => Context.ActorSelection(message.Path).Tell("ping", Sender));
        }
    }
}
