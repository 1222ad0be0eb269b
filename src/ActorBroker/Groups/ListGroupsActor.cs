using Akka.Actor;

namespace ActorBroker.Groups;

/// <summary>Gathers the groups that the coordinators of this node tell, answers once and stops.</summary>
internal sealed class ListGroupsActor : ReceiveActor
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly List<ListedGroup> _groups = [];
    private readonly ListGroups _command;
    private readonly IActorRef _client;
    private int _left;

    /// <param name="coordinators">How many are asked, on this actor's behalf.</param>
    public ListGroupsActor(ListGroups command, IActorRef client, int coordinators)
    {
        _command = command;
        _client = client;
        _left = coordinators;

        SetReceiveTimeout(Timeout);
        Receive<GroupsListed>(OnListed);
        Receive<ReceiveTimeout>(_ => Answer(GroupError.CoordinatorNotAvailable));
    }

    private void OnListed(GroupsListed listed)
    {
        _groups.AddRange(listed.Groups);
        if (listed.Error != GroupError.None)
        {
            Answer(listed.Error);
        }
        else if (--_left == 0)
        {
            Answer(GroupError.None);
        }
    }

    private void Answer(GroupError error)
    {
        _client.Tell(new GroupsListed(_command.Id, error, [.. _groups.OrderBy(group => group.GroupId, StringComparer.Ordinal)]));
        Context.Stop(Self);
    }
}
