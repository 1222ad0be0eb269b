using ActorBroker.Controller;
using ActorBroker.Messages;

namespace ActorBroker.Tests.Controller;

public sealed class CommandRouterTests
{
    private static readonly TimeSpan Start = TimeSpan.FromHours(1);
    private readonly List<IReply> _delivered = [];
    private readonly Letterbox _leader = new();
    private readonly Letterbox _client = new();
    private readonly CommandRouter _router;

    public CommandRouterTests() => _router = new CommandRouter((client, reply) =>
    {
        Assert.Same(_client, client);
        _delivered.Add(reply);
    });

    [Fact]
    public void A_reply_waits_until_the_image_shows_what_was_done()
    {
        var call = Send(1).Call;
        _router.Answered(new CommandAnswered(call, 10, Gone(1)), 7);
        _router.ImageMoved(9);
        Assert.Empty(_delivered);

        _router.ImageMoved(10);

        Assert.Equal([Gone(1)], _delivered);
        _router.ImageMoved(11);
        Assert.Single(_delivered);
    }

    [Fact]
    public void Replies_that_the_image_shows_are_given_at_once_and_once()
    {
        var (first, second) = (Send(1).Call, Send(2).Call);

        _router.Answered(new CommandAnswered(second, 5, Gone(2)), 5);
        _router.Answered(new CommandAnswered(second, 5, Gone(2)), 5);
        _router.Answered(new CommandAnswered(first, 6, Gone(1)), 5);
        _router.ImageMoved(6);

        Assert.Equal([Gone(2), Gone(1)], _delivered);
    }

    [Fact]
    public void All_who_wait_are_answered_when_the_controller_stops()
    {
        var done = Send(1).Call;
        Send(2);
        _router.Answered(new CommandAnswered(done, 10, Gone(1)), 7);

        _router.Abandon();

        Assert.Equal(Gone(1), _delivered[0]);
        Assert.Equal(ControllerError.NotAvailable, Assert.IsType<ControllerRefused>(_delivered[1]).Error);
        Assert.Equal(2, _delivered.Count);
    }

    [Fact]
    public void Commands_of_a_leader_that_is_lost_are_refused_and_late_answers_ignored()
    {
        var (open, answered) = (Send(1).Call, Send(2).Call);
        _router.Answered(new CommandAnswered(answered, 9, Gone(2)), 5);

        _router.LeaderChanged(null, _client, null);

        Assert.Equal(ControllerError.NotAvailable, Assert.IsType<ControllerRefused>(Assert.Single(_delivered)).Error);
        _router.Answered(new CommandAnswered(open, 5, Gone(1)), 5);
        _router.ImageMoved(9);
        Assert.Equal([Gone(2)], _delivered.Skip(1));    // this one was done: its client hears so
    }

    [Fact]
    public void Commands_wait_for_a_leader_in_order_and_not_for_ever()
    {
        _router.Send(Command(1), _client, null, _client, Start);
        _router.Send(Command(2), _client, null, _client, Start + TimeSpan.FromSeconds(4));
        _router.OnTick(Start + TimeSpan.FromSeconds(6));
        Assert.Equal(new RequestId(1, 0), Assert.Single(_delivered).Id);

        _router.Send(Command(3), _client, null, _client, Start + TimeSpan.FromSeconds(6));
        _router.LeaderChanged(_leader, _client, null);

        Assert.Equal([2, 3], _leader.Take().Cast<ForwardedCommand>().Select(sent => sent.Command.Id.Call));
        Assert.Single(_delivered);
    }

    [Fact]
    public void Commands_that_wait_are_handled_here_when_this_node_leads()
    {
        _router.Send(Command(1), _client, null, _client, Start);
        List<IControllerCommand> handled = [];

        _router.LeaderChanged(null, _client, (command, _) => handled.Add(command));
        _router.OnTick(Start + TimeSpan.FromMinutes(20));

        Assert.Equal([Command(1)], handled);
        Assert.Empty(_delivered);
    }

    [Fact]
    public void Ten_thousand_commands_wait_and_no_more()
    {
        for (var call = 0; call <= 10_000; call++)
        {
            _router.Send(Command(call), _client, call % 2 == 0 ? _leader : null, _client, Start);
        }

        Assert.Equal(10_000, Assert.IsType<ControllerRefused>(Assert.Single(_delivered)).Id.Call);
    }

    private ForwardedCommand Send(int call)
    {
        _router.Send(Command(call), _client, _leader, _client, Start);
        return _leader.One<ForwardedCommand>();
    }

    private static DescribeQuorum Command(int call) => new(new RequestId(call, 0));

    private static TopicGone Gone(int call) => new(new RequestId(call, 0), "orders", Guid.Empty);
}
