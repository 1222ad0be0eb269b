using ActorBroker.Sessions;

namespace ActorBroker.Tests.Sessions;

/// <summary>When a connection takes too long.</summary>
public sealed class SessionClockTests
{
    private readonly SessionClock _clock = new(BrokerSettings.Read(NodeConfig.Build(new BrokerNodeOptions
    {
        Set = ["broker.kafka.idle-timeout=100s", "broker.kafka.send-timeout=30s", "broker.kafka.request-receive-timeout=60s"],
    })).Kafka);

    public SessionClockTests() => _clock.Start(0);

    [Fact]
    public void A_connection_without_requests_gives_its_buffer_back_and_is_not_looked_at_until_it_is_closed()
    {
        Assert.False(_clock.IsDue(4_999));
        Assert.True(_clock.IsDue(5_000));
        Assert.Equal(SessionVerdict.Quiet, Check(5_000, holdsBuffer: true));
        Assert.False(_clock.IsDue(99_999));
        Assert.True(_clock.IsDue(100_000));
        Assert.Equal(SessionVerdict.Idle, Check(100_000));
    }

    [Fact]
    public void What_comes_gives_a_quiet_connection_its_buffer_back()
    {
        Check(5_000, holdsBuffer: true);
        _clock.Received(50_000);
        _clock.Requested();

        Assert.False(_clock.IsDue(54_999));
        Assert.True(_clock.IsDue(55_000));
        Assert.Equal(SessionVerdict.Quiet, Check(55_000, holdsBuffer: true));
        Assert.Equal(SessionVerdict.Fine, Check(149_999));
        Assert.Equal(SessionVerdict.Idle, Check(150_000));
    }

    [Fact]
    public void A_connection_with_a_request_under_way_is_not_idle()
    {
        Assert.Equal(SessionVerdict.Fine, Check(200_000, isServing: true, holdsBuffer: true));
    }

    [Fact]
    public void A_client_that_takes_nothing_of_an_answer_is_closed_and_one_that_takes_a_little_is_not()
    {
        Check(5_000, taken: 10);
        Assert.Equal(SessionVerdict.Fine, Check(34_999, taken: 10));
        Assert.Equal(SessionVerdict.Fine, Check(35_000, taken: 11));
        Assert.Equal(SessionVerdict.Fine, Check(64_999, taken: 11));
        Assert.Equal(SessionVerdict.Unread, Check(65_000, taken: 11));
    }

    [Fact]
    public void A_request_that_comes_byte_by_byte_ends_the_connection_whatever_comes()
    {
        Check(5_000, isUnfinished: true);
        for (var now = 6_000; now < 65_000; now += 1_000)
        {
            _clock.Received(now);
            Assert.Equal(SessionVerdict.Fine, Check(now, isUnfinished: true));
        }

        Assert.Equal(SessionVerdict.Unfinished, Check(65_000, isUnfinished: true));
    }

    [Fact]
    public void A_client_that_always_has_a_part_of_its_next_request_there_is_not_late()
    {
        for (var now = 5_000; now < 200_000; now += 5_000)
        {
            _clock.Received(now);
            _clock.Requested();
            Assert.Equal(SessionVerdict.Fine, Check(now, isUnfinished: true));
        }
    }

    private SessionVerdict Check(long now, bool isServing = false, long? taken = null, bool isUnfinished = false, bool holdsBuffer = false) =>
        _clock.Check(now, isServing, taken, isUnfinished, holdsBuffer);
}
