using System.Net;
using System.Net.Sockets;

namespace ActorBroker.Node.Tests;

/// <summary>The node as a person starts it.</summary>
public sealed class NodeProgramTests
{
    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task It_says_that_it_is_ready_and_stops_cleanly_on_a_signal(string signal)
    {
        using var node = NodeProcess.Start("--data", "{folder}/data", "--kafka-port", "0", "--akka-port", "0", "--http-port", "0", "--node-id", "7");

        var ready = await node.ReadyAsync();
        Assert.Equal("7", ready["node"]);
        using var http = new HttpClient();
        var health = await http.GetStringAsync(new Uri($"http://{ready["http"]}/health"));
        Assert.Contains("\"ok\"", health, StringComparison.Ordinal);
        Assert.Contains(ready["kafka"], health, StringComparison.Ordinal);

        node.Signal(signal);
        Assert.Equal((0, ""), await node.EndAsync());
    }

    [Fact]
    public async Task Health_is_not_told_on_more_connections_than_are_set()
    {
        using var node = NodeProcess.Start("--data", "{folder}/data", "--kafka-port", "0", "--akka-port", "0", "--http-port", "0", "--set", "broker.http.connections-max=1");
        var address = new Uri($"http://{(await node.ReadyAsync())["http"]}/health");
        using var first = new HttpClient();
        using var second = new HttpClient();

        await first.GetStringAsync(address);   // and its connection stays

        await Assert.ThrowsAsync<HttpRequestException>(() => second.GetStringAsync(address));
        await first.GetStringAsync(address);
    }

    [Fact]
    public async Task The_settings_file_of_the_folder_is_read()
    {
        using var folder = new Folder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "broker.hocon"), "broker { node-id = 3, kafka.port = 0, http.port = -1, data-dir = mine }\nakka.remote.dot-netty.tcp.port = 0");
        using var node = NodeProcess.StartIn(folder.Path);

        var ready = await node.ReadyAsync();

        Assert.Equal("3", ready["node"]);
        Assert.Equal(Path.Combine(folder.Path, "mine"), ready["data"]);
        Assert.DoesNotContain("http", ready.Keys);
    }

    [Fact]
    public async Task A_settings_file_includes_others_from_its_own_folder()
    {
        using var folder = new Folder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "conf", "parts"));
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "conf", "main.hocon"), "include \"parts/ports.hocon\"\nbroker.data-dir = inc");
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "conf", "parts", "ports.hocon"), "broker { node-id = 5, kafka.port = 0, http.port = -1 }\nakka.remote.dot-netty.tcp.port = 0");
        using var node = NodeProcess.StartIn(folder.Path, "--config", "conf/main.hocon");

        Assert.Equal("5", (await node.ReadyAsync())["node"]);
    }

    [Theory]
    [InlineData("include \"gone.hocon\"", "gone.hocon")]
    [InlineData("include \"self.hocon\"", "include")]
    public async Task An_include_that_cannot_be_read_is_said_in_one_line(string text, string expected)
    {
        using var folder = new Folder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "self.hocon"), text);
        using var node = NodeProcess.StartIn(folder.Path, "--config", "self.hocon");

        var (exitCode, errors) = await node.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Single(errors.Split('\n'));
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_said_in_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var node = NodeProcess.Start("--data", "{folder}/data", "--kafka-port", $"{port}", "--akka-port", "0");

        var (exitCode, errors) = await node.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Single(errors.Split('\n'));
        Assert.Contains($"127.0.0.1:{port}: the port is in use", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_Akka_port_in_use_is_said_in_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var node = NodeProcess.Start("--data", "{folder}/data", "--kafka-port", "0", "--akka-port", $"{port}");

        var (exitCode, errors) = await node.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Single(errors.Split('\n'));
        Assert.Contains($"127.0.0.1:{port}: Address already in use", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_in_use_is_said_in_one_line()
    {
        using var first = NodeProcess.Start("--data", "{folder}/data", "--kafka-port", "0", "--akka-port", "0", "--http-port", "-1");
        await first.ReadyAsync();
        using var second = NodeProcess.StartIn(first.Folder, "--data", "{folder}/data", "--kafka-port", "0", "--akka-port", "0", "--http-port", "-1");

        var (exitCode, errors) = await second.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Single(errors.Split('\n'));
        Assert.Contains("another node uses it", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("broker {\n  kafka {\n", "line 3:")]
    [InlineData("broker.log.segment-bytes = 5g", "above the limit of 1g")]
    [InlineData("broker.log.flush-policy = sometimes", "os, interval, before-ack")]
    [InlineData("broker.kafka.port = http", "broker.kafka.port")]
    public async Task A_bad_setting_is_said_in_one_line(string text, string expected)
    {
        using var folder = new Folder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "bad.hocon"), text);
        using var node = NodeProcess.StartIn(folder.Path, "--config", "bad.hocon", "--data", "{folder}/data");

        var (exitCode, errors) = await node.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Single(errors.Split('\n'));
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_settings_file_and_a_folder_of_another_node_are_refused()
    {
        using var missing = NodeProcess.Start("--config", "nowhere.hocon");
        Assert.Contains("nowhere.hocon cannot be read", (await missing.EndAsync()).Errors, StringComparison.Ordinal);

        using var folder = new Folder();
        using (var one = NodeProcess.StartIn(folder.Path, "--data", "{folder}/data", "--node-id", "1", "--kafka-port", "0", "--akka-port", "0", "--http-port", "-1"))
        {
            await one.ReadyAsync();
            one.Signal("TERM");
            await one.EndAsync();
            using var other = NodeProcess.StartIn(folder.Path, "--data", "{folder}/data", "--node-id", "2", "--kafka-port", "0", "--akka-port", "0", "--http-port", "-1");
            Assert.Contains("belongs to another node", (await other.EndAsync()).Errors, StringComparison.Ordinal);
        }
    }

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("actorbroker-node-").FullName;

        public void Dispose()
        {
            if (Directory.Exists(Path))
            {
                Directory.Delete(Path, recursive: true);
            }
        }
    }
}
