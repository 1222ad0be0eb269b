using Akka.Actor;

namespace ActorBroker.Akka.Tests.Actor;

public sealed class NamesAndPathsTests : ActorSystemTests
{
    [Fact]
    public void Generated_names_count_up()
    {
        var names = Enumerable.Range(0, 66).Select(_ => System.ActorOf(Props.Empty).Path.Name).ToArray();

        Assert.Equal("$a", names[0]);
        Assert.Equal("$b", names[1]);
        Assert.Equal("$~", names[63]);
        Assert.Equal("$ab", names[64]);
        Assert.Equal("$bb", names[65]);
    }

    [Fact]
    public void A_name_is_given_once()
    {
        System.ActorOf(Props.Empty, "one");
        Assert.Throws<InvalidActorNameException>(() => System.ActorOf(Props.Empty, "one"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("$mine")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("%4")]
    public void A_name_must_be_a_path_element(string name) =>
        Assert.Throws<InvalidActorNameException>(() => System.ActorOf(Props.Empty, name));

    [Theory]
    [InlineData("orders-3")]
    [InlineData("a%20b")]
    [InlineData("\"quoted\"")]
    public void These_names_are_fine(string name) => Assert.Equal(name, System.ActorOf(Props.Empty, name).Path.Name);

    [Fact]
    public void A_path_is_written_and_read()
    {
        var actor = System.ActorOf(Props.Empty, "a");
        Assert.Equal("akka://test/user/a", actor.Path.ToString());
        Assert.Equal(["user", "a"], actor.Path.Elements);
        Assert.NotEqual(0, actor.Path.Uid);

        var read = ActorPath.Parse(actor.Path.ToStringWithUid());

        Assert.Equal(actor.Path, read);
        Assert.Equal(actor.Path.Uid, read.Uid);
        Assert.Equal("akka.tcp://test@host:2552/user/a", actor.Path.ToStringWithAddress(Address.Parse("akka.tcp://test@host:2552")));
    }

    [Theory]
    [InlineData("akka.tcp://sys@host:2552/user/a/b#17", "akka.tcp", "sys", "host", 2552, "/user/a/b", 17)]
    [InlineData("akka://sys/user", "akka", "sys", null, null, "/user", 0)]
    [InlineData("akka.tcp://sys@[::1]:80/", "akka.tcp", "sys", "[::1]", 80, "/", 0)]
    public void A_full_path_has_an_address_and_names(
        string text, string protocol, string system, string? host, int? port, string names, long uid)
    {
        var path = ActorPath.Parse(text);

        Assert.Equal((protocol, system, host, port), (path.Address.Protocol, path.Address.System, path.Address.Host, path.Address.Port));
        Assert.Equal(names, path.ToStringWithoutAddress());
        Assert.Equal(uid, path.Uid);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/user/a")]
    [InlineData("http://sys/user")]
    [InlineData("akka://sys@host:99999999999/user")]
    [InlineData("akka://sys@host:port/user")]
    [InlineData("akka://@host:1/user")]
    [InlineData("akka:/sys")]
    [InlineData("akka://sys@host\t/user")]
    [InlineData("akka://s\0s@host:1/user")]
    public void What_is_not_a_path_is_refused(string text) => Assert.False(ActorPath.TryParse(text, out _));

    [Fact]
    public void References_of_two_incarnations_differ()
    {
        var probe = NewProbe();
        var first = System.ActorOf(Props.Empty, "twice");
        probe.Watch(first);
        probe.Sync();
        first.Tell(PoisonPill.Instance);
        probe.Expect<Terminated>();

        // A watcher may hear of the end before the parent has: the name is free when the parent has let go of the child.
        var guardian = ((ExtendedActorSystem)System).Provider.Guardian;
        Assert.True(SpinWait.SpinUntil(() => guardian.GetSingleChild("twice").IsNobody(), TimeSpan.FromSeconds(10)));
        var second = System.ActorOf(Props.Empty, "twice");

        Assert.Equal(first.Path, second.Path);
        Assert.NotEqual(first, second);
    }
}
