using ActorBroker.Cli.Tests.Support;

namespace ActorBroker.Cli.Tests.Commands;

public sealed class TopicsTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task A_topic_is_created_listed_described_and_deleted()
    {
        var created = (await broker.RunAsync("topics", "create", "life", "--partitions", "3", "--config", "retention.ms=3600000")).Ok();
        Assert.Equal("created topic life: 3 partitions, replication factor 1\n", created.Output);

        var listed = (await broker.RunAsync("topics", "list", "--json")).Ok();
        var life = listed.Json.Single(topic => topic.GetProperty("topic").GetString() == "life");
        Assert.Equal(3, life.GetProperty("partitions").GetInt32());

        var described = (await broker.RunAsync("topics", "describe", "life")).Ok();
        Assert.Contains("topic life: 3 partitions", described.Output, StringComparison.Ordinal);
        Assert.Contains("PARTITION  LEADER", described.Output, StringComparison.Ordinal);
        Assert.Contains("retention.ms", described.Output, StringComparison.Ordinal);

        Assert.Equal("deleted topic life\n", (await broker.RunAsync("topics", "delete", "life")).Ok().Output);
        Assert.DoesNotContain("life", (await broker.RunAsync("topics", "list")).Ok().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Describe_shows_leader_epoch_offsets_and_settings()
    {
        var topic = await broker.NewTopicAsync();
        (await broker.RunAsync("a\nb\nc\n", ["produce", topic])).Ok();

        var json = (await broker.RunAsync("topics", "describe", topic, "--json")).Ok().Json.Single();

        var partition = json.GetProperty("partitions")[0];
        Assert.Equal(0, partition.GetProperty("start").GetInt64());
        Assert.Equal(3, partition.GetProperty("end").GetInt64());
        Assert.True(partition.GetProperty("epoch").GetInt32() >= 0);
        Assert.Equal(partition.GetProperty("leader").GetInt32(), partition.GetProperty("replicas")[0].GetInt32());
        Assert.Equal("delete", json.GetProperty("configs").GetProperty("cleanup.policy").GetString());
    }

    [Fact]
    public async Task Settings_change_and_go_back()
    {
        var topic = await broker.NewTopicAsync();
        (await broker.RunAsync("topics", "alter", topic, "--config", "retention.ms=1234567")).Ok();
        Assert.Equal("1234567", await SettingAsync(topic, "retention.ms"));

        (await broker.RunAsync("topics", "alter", topic, "--delete-config", "retention.ms")).Ok();
        Assert.NotEqual("1234567", await SettingAsync(topic, "retention.ms"));
    }

    [Fact]
    public async Task A_topic_grows_and_does_not_shrink()
    {
        var topic = await broker.NewTopicAsync(partitions: 2);
        (await broker.RunAsync("topics", "add-partitions", topic, "--total", "4")).Ok();
        var json = (await broker.RunAsync("topics", "describe", topic, "--json")).Ok().Json.Single();
        Assert.Equal(4, json.GetProperty("partitions").GetArrayLength());

        (await broker.RunAsync("topics", "add-partitions", topic, "--total", "3")).FailedWith(1);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused_unless_that_is_fine()
    {
        var topic = await broker.NewTopicAsync();

        Assert.Contains(topic, (await broker.RunAsync("topics", "create", topic)).FailedWith(1).Error, StringComparison.Ordinal);
        Assert.Contains("exists already", (await broker.RunAsync("topics", "create", topic, "--if-not-exists")).Ok().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("topics describe nowhere")]
    [InlineData("topics delete nowhere")]
    [InlineData("topics alter nowhere --config retention.ms=5")]
    [InlineData("produce nowhere")]
    [InlineData("consume nowhere")]
    public async Task A_topic_that_does_not_exist_is_named(string line)
    {
        var run = (await broker.RunAsync("x\n", line.Split(' '))).FailedWith(1);
        Assert.Contains("'nowhere'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_name_and_a_bad_setting_are_refused_in_the_brokers_words()
    {
        (await broker.RunAsync("topics", "create", "bad name!")).FailedWith(1);
        (await broker.RunAsync("topics", "create", "good-name", "--config", "no.such.setting=1")).FailedWith(1);
    }

    [Fact]
    public async Task A_real_nodes_cluster_has_one_node()
    {
        var node = (await broker.RunAsync("cluster", "nodes", "--json")).Ok().Json.Single();
        Assert.EndsWith($":{node.GetProperty("port").GetInt32()}", broker.Bootstrap, StringComparison.Ordinal);
        Assert.Equal("online", node.GetProperty("status").GetString());

        var image = (await broker.RunAsync("cluster", "image", "--json")).Ok().Json.Single();
        Assert.Equal(node.GetProperty("node").GetInt32(), image.GetProperty("controller").GetInt32());
    }

    private async Task<string?> SettingAsync(string topic, string name) =>
        (await broker.RunAsync("topics", "describe", topic, "--json")).Ok().Json.Single().GetProperty("configs").GetProperty(name).GetString();
}
