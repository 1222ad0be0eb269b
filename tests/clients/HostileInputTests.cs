using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorBroker.Clients.Acceptance.Drivers;
using ActorBroker.Clients.Acceptance.Programs;
using ActorBroker.Clients.Acceptance.Records;

namespace ActorBroker.Clients.Acceptance;

/// <summary>Bytes that no client sends; afterwards a real client still works.</summary>
public sealed class HostileInputTests(NodeFixture fixture) : IClassFixture<NodeFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<string, byte[]> Inputs
    {
        get
        {
            var noise = new byte[64 * 1024];
            new Random(4711).NextBytes(noise);
            return new TheoryData<string, byte[]>
            {
                { "noise", noise },
                { "a frame of 2 GB", [0x7f, 0xff, 0xff, 0xff, .. noise] },
                { "a frame of negative size", [0xff, 0xff, 0xff, 0xfe, .. noise] },
                { "an empty frame", [0, 0, 0, 0] },
                { "half a frame", [0, 0, 0x10, 0, 0, 18, 0, 3] },
                { "half a frame size", [0, 0] },
                { "an unknown request", [0, 0, 0, 10, 0x7f, 0x7f, 0, 0, 0, 0, 0, 1, 0xff, 0xff] },
                { "a request of two billion topics", [0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff] },
                { "another protocol", Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: broker\r\n\r\n") },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public async Task The_node_closes_or_answers_and_goes_on(string name, byte[] input)
    {
        Assert.NotEmpty(name);
        var node = await fixture.NodeAsync();
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, node.Port);
            using var patience = new CancellationTokenSource(Patience);
            var stream = client.GetStream();
            try
            {
                await stream.WriteAsync(input, patience.Token);
                client.Client.Shutdown(SocketShutdown.Send);
                await stream.CopyToAsync(Stream.Null, patience.Token); // to the end of the connection
            }
            catch (Exception reason) when (reason is IOException or SocketException)
            {
                // the node closed it while we wrote: as good an answer
            }
        }

        Assert.True(node.IsRunning, node.Output);
        await TopicAdmin.CreateAsync(node, $"after-{name.Replace(' ', '-')}", 1);
    }

    [SkippableFact]
    public async Task A_real_client_works_beside_connections_that_never_finish_a_frame()
    {
        var kcat = await ClientDrivers.RequireAsync("kcat");
        var node = await fixture.NodeAsync();
        var idle = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 50; i++)
            {
                var client = new TcpClient();
                idle.Add(client);
                await client.ConnectAsync(IPAddress.Loopback, node.Port);
                await client.GetStream().WriteAsync(new byte[] { 0, 0, 0x10, 0, 0 });
            }
            await TopicAdmin.CreateAsync(node, "beside", 1);
            KafkaRecord[] sent = [KafkaRecord.ToSend("beside", 0, [1], [2])];

            await kcat.ProduceAsync(node.Broker, sent, new ProduceOptions(), new AckLog());

            RoundTrip.IsComplete(sent, await kcat.ConsumeAsync(node.Broker, ["beside"]));
        }
        finally
        {
            idle.ForEach(client => client.Dispose());
        }
    }
}
