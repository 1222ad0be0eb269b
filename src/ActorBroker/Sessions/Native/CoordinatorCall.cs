using ActorBroker.Controller;
using ActorBroker.Groups;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Sessions.Native;

/// <summary>A request that is one command to one group's coordinator. A Kafka client looks for the coordinator first, which makes
/// the topic that keeps the groups; here the node does both. It does not pass commands on: a client that hears
/// <see cref="GroupError.NotCoordinator"/> goes to the other nodes itself, and stays with the one that answers.</summary>
/// <param name="wait">How long the coordinator may hold the answer back, besides the ordinary time.</param>
internal sealed class CoordinatorCall(
    NodeServices node, string groupId, Func<RequestId, IGroupCommand> command, Func<IReply, ISessionReply> answer, TimeSpan wait) : SessionCall
{
    private const int Prepare = 0;
    private const int Command = 1;
    private ISessionReply? _answer;

    public override TimeSpan ExtraTime => wait;

    public override ISessionReply Answer => _answer ?? throw new InvariantException("a coordinator's call is answered");

    protected override void Start()
    {
        if (node.Metadata.Current.Topic(TopicNames.ConsumerOffsets) is not null)
        {
            Ask(Command, node.Groups, command);
        }
        else
        {
            Ask(Prepare, node.Groups, id => new PrepareCoordinator(id, groupId));
        }
    }

    protected override void Take(int part, IReply reply)
    {
        if (part == Command)
        {
            _answer = answer(reply);
        }
        else if (reply is CoordinatorMissing missing)
        {
            _answer = new RequestRefused(SessionError.CoordinatorNotAvailable, missing.Reason);
        }
        else
        {
            Ask(Command, node.Groups, command);
        }
    }

    protected override void TimedOut(int part) =>
        _answer = new RequestRefused(SessionError.TimedOut, $"group {groupId} did not answer in time (broker.sessions.request-timeout)");
}
