using System.Net;
using System.Net.Sockets;
using ActorBroker.Cli.Tests.Support;

namespace ActorBroker.Cli.Tests.Commands;

public sealed class NoBrokerTests
{
    [Theory]
    [InlineData("topics list")]
    [InlineData("topics create t")]
    [InlineData("produce t")]
    [InlineData("consume t")]
    [InlineData("groups list")]
    [InlineData("cluster describe")]
    [InlineData("bench produce")]
    [InlineData("bench connections")]
    public async Task Without_a_broker_the_message_says_where_none_answers_and_what_to_do(string line)
    {
        using var taken = new Socket(SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));   // held, but nobody listens
        var bootstrap = $"127.0.0.1:{((IPEndPoint)taken.LocalEndPoint!).Port}";

        var run = (await CliRun.OfAsync([.. line.Split(' '), "--bootstrap", bootstrap])).FailedWith(1);

        Assert.Contains($"no broker answers at {bootstrap} (connection refused): start one with", run.Error, StringComparison.Ordinal);
        Assert.Contains("--bootstrap", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_listens_there_but_speaks_something_else_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var greeting = GreetAsync(listener);

        var run = (await CliRun.OfAsync("topics", "list", "--bootstrap", $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}")).FailedWith(1);

        Assert.Contains("is it a Kafka listener?", run.Error, StringComparison.Ordinal);
        (await greeting).Dispose();
    }

    private static async Task<TcpClient> GreetAsync(TcpListener listener)
    {
        var client = await listener.AcceptTcpClientAsync();
        await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        return client;
    }
}
