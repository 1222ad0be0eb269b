using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote.Wire;
using Akka.TestKit.Xunit2;

namespace ActorBroker.Akka.Tests.Embedded.Remote;

/// <summary>Bytes on the Akka port that no Akka system sends. Alone, since it measures the memory of the process.</summary>
[Collection(nameof(HostileBytesTests))]
[CollectionDefinition(nameof(HostileBytesTests), DisableParallelization = true)]
public sealed class HostileBytesTests() : TestKit(
    "akka { loglevel = WARNING, actor.provider = remote, loggers = [\"Akka.TestKit.TestEventListener, Akka.TestKit\"], remote.dot-netty.tcp { hostname = \"127.0.0.1\", port = 0 } }", "node")
{
    private const int Mutations = 3000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string, byte[]> Beginnings => new()
    {
        { "HTTP", Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n") },
        { "a negative length", [0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4] },
        { "a length of 2 GiB", [0xFF, 0xFF, 0xFF, 0x7F, 1, 2, 3, 4] },
        { "a length of 64 KiB before the introduction", [0, 0, 1, 0, 1, 2, 3, 4] },
        { "no protobuf", [4, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF] },
        { "a message before the introduction", CapturedFrame.All.First(frame => frame.Name == "tell-string").Bytes },
        { "an introduction without an address", Framed(new Proto().Message(2, new Proto().Number(1, 1))) },
        { "an introduction from nowhere", Introduction("", "127.0.0.1", 1, "tcp") },
        { "an introduction with an absurd port", Introduction("a", "127.0.0.1", 99_999, "tcp") },
        { "an introduction of another protocol", Introduction("a", "127.0.0.1", 1, "udp") },
    };

    private int Port => ((ExtendedActorSystem)Sys).Provider.DefaultAddress.Port!.Value;

    [Theory]
    [MemberData(nameof(Beginnings))]
    public async Task What_is_no_Akka_system_is_sent_away_with_one_line_in_the_log(string what, byte[] bytes)
    {
        Assert.NotEmpty(what);
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        using var client = await ConnectAsync();

        await client.GetStream().WriteAsync(bytes);

        Assert.True(await IsClosedAsync(client));
        Assert.Contains("is closed", ExpectMsg<Warning>(Patience).Message.ToString(), StringComparison.Ordinal);
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        await StillServesAsync();
    }

    [Fact]
    public async Task Mutated_conversations_end_or_go_on_and_cost_nobody_else_anything()
    {
        var random = new Random(20261121);
        var introduction = CapturedFrame.All.First(frame => frame.Name == "associate").Bytes;
        var frames = CapturedFrame.All.Where(frame => frame.IsToNode && frame.Name != "associate").Select(frame => frame.Bytes).ToArray();
        var unobserved = 0;
        void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs failed) => Interlocked.Increment(ref unobserved);
        TaskScheduler.UnobservedTaskException += OnUnobserved;
        try
        {
            TcpClient? client = null;
            for (var i = 0; i < Mutations; i++)
            {
                if (client is null)
                {
                    client = await ConnectAsync();
                    await client.GetStream().WriteAsync(introduction);
                }

                try
                {
                    await client.GetStream().WriteAsync(Mutated(frames[random.Next(frames.Length)], random));
                }
                catch (IOException)
                {
                    client.Dispose();
                    client = null;   // it was sent away
                }
            }

            client?.Dispose();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await StillServesAsync();
            Assert.Equal(0, unobserved);
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= OnUnobserved;
        }
    }

    [Fact]
    public async Task A_promised_frame_takes_memory_only_as_it_comes()
    {
        var clients = new List<TcpClient>();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 100; i++)
        {
            var client = await ConnectAsync();
            clients.Add(client);
            await client.GetStream().WriteAsync(Introduction("peer" + i, "127.0.0.1", 1, "tcp"));
            await client.GetStream().WriteAsync(new byte[] { 0, 0xF0, 1, 0, 0x0A, 1, 2, 3 });   // 126,976 bytes, of which 4 come
        }

        await StillServesAsync();
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;

        Assert.True(grown < 100 * 64 * 1024, $"100 connections that promise much hold {grown} bytes");
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public void Messages_that_are_nested_without_end_are_refused()
    {
        var nested = new Proto().Number(2, 16).Text(3, "ID");
        for (var i = 0; i < 1000; i++)
        {
            nested = new Proto().Message(1, new Proto().Message(1, nested)).Number(2, 16).Text(3, "ID");
        }

        var read = () => ((ExtendedActorSystem)Sys).Serialization.Deserialize(new Proto().Message(1, nested).ToArray(), 16, "ID");

        Assert.Throws<System.Runtime.Serialization.SerializationException>(read);
    }

    private static byte[] Mutated(byte[] frame, Random random)
    {
        var mutated = frame.ToArray();
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            // Behind the length, mostly: else nothing but lengths would be tried.
            mutated[random.Next(random.Next(20) == 0 ? 0 : 4, mutated.Length)] = (byte)random.Next(256);
        }

        return mutated;
    }

    private static byte[] Introduction(string system, string host, ulong port, string protocol) => Framed(new Proto().Message(2, new Proto().Number(1, 1).Message(
        2, new Proto().Message(1, new Proto().Text(1, system).Text(2, host).Number(3, port).Text(4, protocol)).Fixed64(2, 7))));

    private static byte[] Framed(Proto message)
    {
        var body = message.ToArray();
        var frame = new byte[4 + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, body.Length);
        body.CopyTo(frame, 4);
        return frame;
    }

    private static async Task<bool> IsClosedAsync(TcpClient client)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return await client.GetStream().ReadAsync(new byte[16], patience.Token) == 0;
        }
        catch (IOException)
        {
            return true;   // reset: what was sent was not read to its end
        }
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        return client;
    }

    /// <summary>Another system gets its answers.</summary>
    private async Task StillServesAsync()
    {
        using var other = ActorSystem.Create("other", ConfigurationFactory.ParseString(
            "akka { loglevel = OFF, actor.provider = remote, remote.dot-netty.tcp { hostname = \"127.0.0.1\", port = 0 } }"));
        var address = ((ExtendedActorSystem)Sys).Provider.DefaultAddress;
        var identity = await other.ActorSelection(address + "/system/remote-watcher").Ask<ActorIdentity>(new Identify("are you there"), Patience);
        Assert.NotNull(identity.Subject);
        await other.Terminate();
    }
}
