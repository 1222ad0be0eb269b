using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Xunit2;

namespace ActorBroker.Akka.Tests.Remote;

/// <summary>Two systems in one process, over real sockets.</summary>
public sealed class TwoSystemsTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ActorSystem _other;

    public TwoSystemsTests()
        : base(Hocon(), "here")
    {
        _other = ActorSystem.Create("there", Hocon());
        _other.ActorOf(Props.Create(() => new Echo()), "echo");
    }

    private Address There => ((ExtendedActorSystem)_other).Provider.DefaultAddress;

    protected override void AfterAll()
    {
        _other.Dispose();
        base.AfterAll();
    }

    [Theory]
    [InlineData("text")]
    [InlineData("")]
    [InlineData("naïve 漢字 🎉")]
    [InlineData(7)]
    [InlineData(-7L)]
    public async Task A_value_comes_back_as_it_was_sent(object value)
    {
        var echo = await ResolveAsync("echo");

        Assert.Equal(value, await echo.Ask<object>(value, Patience));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40_000)]
    [InlineData(5_000_000)]
    public async Task Bytes_of_any_size_come_back(int size)
    {
        var bytes = Enumerable.Range(0, size).Select(i => (byte)(i * 31)).ToArray();

        Assert.Equal(bytes, await (await ResolveAsync("echo")).Ask<byte[]>(bytes, Patience));
    }

    [Fact]
    public async Task Messages_of_a_pair_arrive_in_their_order_whatever_their_size()
    {
        const int Count = 20_000;
        var echo = await ResolveAsync("echo");
        for (var i = 0; i < Count; i++)
        {
            echo.Tell(i % 500 == 0 ? BitConverter.GetBytes(i).Concat(new byte[200_000]).ToArray() : i, TestActor);
        }

        for (var i = 0; i < Count; i++)
        {
            var message = ExpectMsg<object>(Patience);
            Assert.Equal(i, message is byte[] bytes ? BitConverter.ToInt32(bytes) : message);
        }
    }

    [Fact]
    public async Task An_actor_that_is_not_there_is_not_found()
    {
        var identity = await Sys.ActorSelection(There + "/user/nobody").Ask<ActorIdentity>(new Identify("42"), Patience);

        Assert.Equal("42", identity.MessageId);
        Assert.Null(identity.Subject);
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection(There + "/user/nobody").ResolveOne(Patience));
    }

    [Fact]
    public async Task A_watched_actor_that_stops_is_terminated_once()
    {
        var echo = await ResolveAsync("echo");
        Watch(echo);

        echo.Tell(PoisonPill.Instance);

        ExpectTerminated(echo, Patience);
        ExpectNoMsg(TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public void An_actor_that_is_watched_when_it_is_gone_is_terminated()
    {
        var gone = ((ExtendedActorSystem)Sys).Provider.ResolveActorRef(There + "/user/never-there#17");

        Watch(gone);

        ExpectTerminated(gone, Patience);
    }

    [Fact]
    public async Task All_actors_of_a_system_that_ends_are_terminated()
    {
        var echo = await ResolveAsync("echo");
        Watch(echo);

        await _other.Terminate();

        ExpectTerminated(echo, Patience);
    }

    [Fact]
    public async Task What_was_unwatched_stops_without_notice()
    {
        var echo = await ResolveAsync("echo");
        Watch(echo);
        Unwatch(echo);

        echo.Tell(PoisonPill.Instance);

        ExpectNoMsg(TimeSpan.FromMilliseconds(300));
    }

    [Fact]
    public async Task A_message_that_nobody_can_serialize_is_a_dead_letter_and_the_next_one_arrives()
    {
        var echo = await ResolveAsync("echo");
        var letters = CreateTestProbe();
        Sys.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));

        echo.Tell(new object(), TestActor);
        echo.Tell("next", TestActor);

        Assert.Equal(echo, letters.ExpectMsg<DeadLetter>(Patience).Recipient);
        ExpectMsg("next", Patience);
    }

    [Fact]
    public async Task A_message_above_the_frame_limit_is_a_dead_letter_where_there_is_one_connection()
    {
        using var small = ActorSystem.Create("small", ConfigurationFactory.ParseString("akka.remote.ordinary.own-connection = off").WithFallback(Hocon()));
        var echo = await small.ActorSelection(There + "/user/echo").ResolveOne(Patience);
        var inbox = new TaskCompletionSource<DeadLetter>(TaskCreationOptions.RunContinuationsAsynchronously);
        small.EventStream.Subscribe(small.ActorOf(Props.Create(() => new Catcher(inbox))), typeof(DeadLetter));

        echo.Tell(new byte[200_000]);

        Assert.Equal(200_000, ((byte[])(await inbox.Task.WaitAsync(Patience)).Message).Length);
        Assert.Equal("still there", await echo.Ask<string>("still there", Patience));
        await small.Terminate();
    }

    [Fact]
    public async Task Nobody_is_listening_so_what_is_sent_is_a_dead_letter_and_later_ones_arrive()
    {
        var address = There;
        await _other.Terminate();
        var letters = CreateTestProbe();
        Sys.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));
        var echo = ((ExtendedActorSystem)Sys).Provider.ResolveActorRef(address + "/user/echo");

        echo.Tell("lost", TestActor);
        letters.FishForMessage<DeadLetter>(letter => "lost".Equals(letter.Message), Patience);

        using var again = ActorSystem.Create("there", ConfigurationFactory.ParseString($"akka.remote.dot-netty.tcp.port = {address.Port}").WithFallback(Hocon()));
        again.ActorOf(Props.Create(() => new Echo()), "echo");
        await AwaitAssertAsync(async () => Assert.Equal("found", await echo.Ask<string>("found", TimeSpan.FromMilliseconds(300))), Patience);
        await again.Terminate();
    }

    [Fact]
    public async Task Systems_with_TLS_talk_to_each_other_and_not_to_those_without()
    {
        var file = Path.Combine(Path.GetTempPath(), $"actorbroker-{Guid.NewGuid():N}.pfx");
        await File.WriteAllBytesAsync(file, Certificate());
        try
        {
            var tls = ConfigurationFactory.ParseString(
                $$"""akka.remote.dot-netty.tcp { enable-ssl = true, ssl { suppress-validation = true, certificate { path = "{{file}}", password = "secret" } } }""").WithFallback(Hocon());
            using var one = ActorSystem.Create("one", tls);
            using var two = ActorSystem.Create("two", tls);
            two.ActorOf(Props.Create(() => new Echo()), "echo");
            var address = ((ExtendedActorSystem)two).Provider.DefaultAddress;

            var echo = await one.ActorSelection(address + "/user/echo").ResolveOne(Patience);

            Assert.Equal("akka.ssl.tcp", address.Protocol);
            Assert.Equal("behind TLS", await echo.Ask<string>("behind TLS", Patience));
            Assert.Equal(new byte[300_000], await echo.Ask<byte[]>(new byte[300_000], Patience));
            await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection(address + "/user/echo").ResolveOne(TimeSpan.FromSeconds(1)));
            await Task.WhenAll(one.Terminate(), two.Terminate());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task What_was_sent_before_a_system_ends_arrives()
    {
        const int Count = 2000;
        var sender = ActorSystem.Create("sender", Hocon());
        var target = ((ExtendedActorSystem)sender).Provider.ResolveActorRef(TestActor.Path.ToStringWithAddress(((ExtendedActorSystem)Sys).Provider.DefaultAddress));
        for (var i = 0; i < Count; i++)
        {
            target.Tell(i);
        }

        await sender.Terminate();

        for (var i = 0; i < Count; i++)
        {
            ExpectMsg(i, Patience);
        }
    }

    private static Config Hocon() => ConfigurationFactory.ParseString("""
        akka {
          loglevel = OFF
          actor.provider = remote
          coordinated-shutdown.run-by-clr-shutdown-hook = off
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        }
        """);

    private static byte[] Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return certificate.Export(X509ContentType.Pfx, "secret");
    }

    private Task<IActorRef> ResolveAsync(string name) => Sys.ActorSelection($"{There}/user/{name}").ResolveOne(Patience);

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }

    private sealed class Catcher(TaskCompletionSource<DeadLetter> caught) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is DeadLetter { Message: byte[] } letter)
            {
                caught.TrySetResult(letter);
            }
        }
    }
}
