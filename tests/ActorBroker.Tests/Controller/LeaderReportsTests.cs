using ActorBroker.Controller;
using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Tests.Controller;

public sealed class LeaderReportsTests
{
    private readonly FakeLeadership _leadership = new();
    private readonly LeaderReports _reports = new(new NodeId(2));
    private readonly Guid _topic = new(7, 7, 7, new byte[8]);

    public LeaderReportsTests() => _leadership.Have(new TopicCreated(_topic, "orders", false, [[2], [2], [3]], []));

    [Fact]
    public void What_comes_together_is_told_together_and_again_until_the_image_says_so()
    {
        Assert.True(Add(0, 1));
        Assert.False(Add(1, 1));
        var report = _reports.TakeNew()!;
        Assert.Equal((2, 2), (report.Node, report.Topics.Single().Partitions.Length));
        Assert.Null(_reports.TakeNew());
        Assert.NotNull(_reports.TakeAll());

        _leadership.Have(report);
        _reports.Applied(_leadership.Committed);

        Assert.Null(_reports.TakeAll());
    }

    [Fact]
    public void A_later_epoch_is_told_though_the_earlier_one_is_known()
    {
        Add(0, 1);
        _leadership.Have(_reports.TakeAll()!);
        Add(0, 4);
        _reports.Applied(_leadership.Committed);

        Assert.Equal([4], _reports.TakeNew()!.Topics.Single().Epochs);
        _reports.Applied(_leadership.Committed);
        Assert.NotNull(_reports.TakeAll());
    }

    [Fact]
    public void What_is_deleted_or_elsewhere_is_told_no_more()
    {
        Add(0, 1);
        Add(2, 1);     // moved away
        Add(9, 1);     // never was
        _reports.Applied(_leadership.Committed);
        Assert.Equal([0], _reports.TakeAll()!.Topics.Single().Partitions);

        _leadership.Have(new TopicDeleted(_topic, "orders"));
        _reports.Applied(_leadership.Committed);
        Assert.Null(_reports.TakeAll());
        Assert.Null(_reports.TakeNew());
    }

    private bool Add(int partition, int epoch) =>
        _reports.Add(new LeaderElected(new TopicPartition("orders", partition), _topic, new NodeId(2), new LeaderEpoch(epoch)), _leadership.Committed);
}
