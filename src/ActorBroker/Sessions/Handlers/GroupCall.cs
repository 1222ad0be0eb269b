using ActorBroker.Groups;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>A request that is one command to one group's coordinator.</summary>
/// <param name="answer">Puts the coordinator's reply into the protocol's form.</param>
/// <param name="refusal">The answer when the command was not looked at, or not in time.</param>
internal sealed class GroupCall<TReply>(PendingRequest request, Func<TReply, IResponse> answer, Func<GroupError, IResponse> refusal) : IReplyTarget
    where TReply : class, IReply
{
    /// <summary>Sends the command.</summary>
    /// <param name="wait">How long the coordinator may hold the answer back, besides the ordinary time.</param>
    public void Send(IGroupCommand command, TimeSpan wait = default)
    {
        if (command.GroupId.Length == 0)
        {
            request.Reply(refusal(GroupError.InvalidGroupId));
            return;
        }

        request.Await(this, request.Node.Settings.RequestTimeout + wait);
        request.Node.Groups.Tell(command, request.Session);
    }

    public void OnReply(IReply reply) => request.Reply(reply switch
    {
        TReply expected => answer(expected),
        GroupRefused refused => refusal(refused.Error),
        _ => refusal(GroupError.CoordinatorNotAvailable),
    });

    public void OnTimeout() => request.Reply(refusal(GroupError.CoordinatorNotAvailable));

    public void OnAbandoned()
    {
    }
}
