using Akka.Actor;

namespace ActorBroker.Controller;

/// <summary>Takes commands of this node to the metadata leader, wherever it is, and gives the replies when this node's image shows what the
/// command did: whoever created a topic through a node finds it on that node.</summary>
/// <remarks>Owner: the controller of a node. A command whose leader is lost is not sent again, since it may have been done: its client
/// is told, and looks.</remarks>
internal sealed class CommandRouter(Action<IActorRef, IReply> deliver)
{
    /// <summary>Commands that wait for a leader, and for a reply; one more is refused.</summary>
    private const int CommandsMax = 10_000;

    /// <summary>A command without a reply is forgotten; its client has given up before.</summary>
    private static readonly TimeSpan GivenUpAfter = TimeSpan.FromMinutes(10);

    /// <summary>How long a command waits for a leader to be known.</summary>
    private static readonly TimeSpan LeaderWait = TimeSpan.FromSeconds(5);

    private readonly Dictionary<long, Call> _sent = [];
    private readonly Queue<Call> _waiting = [];
    private readonly List<(long Version, Call Call, IReply Reply)> _answered = [];
    private long _calls;

    public void Send(IControllerCommand command, IActorRef client, ICanTell? leader, IActorRef self, TimeSpan now)
    {
        var call = new Call(_calls++, command, client, now);
        if (_sent.Count + _waiting.Count >= CommandsMax)
        {
            Refuse(call, $"{CommandsMax} commands wait for the metadata leader already.");
        }
        else if (leader is null)
        {
            _waiting.Enqueue(call);
        }
        else
        {
            Send(call, leader, self);
        }
    }

    /// <summary>Another node leads; what was sent to the one before is not answered any more.</summary>
    /// <param name="handleHere">This node leads: takes the commands that waited.</param>
    public void LeaderChanged(ICanTell? leader, IActorRef self, Action<IControllerCommand, IActorRef>? handleHere)
    {
        foreach (var call in _sent.Values)
        {
            Refuse(call, "The metadata leader has changed; look whether the change was made.");
        }

        _sent.Clear();
        while ((leader is not null || handleHere is not null) && _waiting.TryDequeue(out var call))
        {
            if (handleHere is not null)
            {
                handleHere(call.Command, call.Client);
            }
            else
            {
                Send(call, leader!, self);
            }
        }
    }

    /// <summary>Nobody takes commands here any more. What was done is answered so, though this node's image will not show it.</summary>
    public void Abandon()
    {
        ImageMoved(long.MaxValue);
        foreach (var call in _sent.Values.Concat(_waiting))
        {
            Refuse(call, "This node's controller has stopped; look whether the change was made.");
        }

        _sent.Clear();
        _waiting.Clear();
    }

    public void Answered(CommandAnswered answer, long version)
    {
        if (_sent.Remove(answer.Call, out var call))
        {
            if (answer.Version <= version)
            {
                deliver(call.Client, answer.Reply);
            }
            else
            {
                _answered.Add((answer.Version, call, answer.Reply));
            }
        }
    }

    /// <summary>This node's image shows everything up to here.</summary>
    public void ImageMoved(long version)
    {
        for (var i = 0; i < _answered.Count; i++)
        {
            var (wanted, call, reply) = _answered[i];
            if (wanted <= version)
            {
                _answered.RemoveAt(i--);
                deliver(call.Client, reply);
            }
        }
    }

    public void OnTick(TimeSpan now)
    {
        while (_waiting.TryPeek(out var call) && now - call.Since > LeaderWait)
        {
            _waiting.Dequeue();
            Refuse(call, "There is no metadata leader now: a majority of the nodes that keep the metadata must be up.");
        }

        foreach (var call in _sent.Values.Where(call => now - call.Since > GivenUpAfter).ToArray())
        {
            _sent.Remove(call.Number);
        }
    }

    private void Send(Call call, ICanTell leader, IActorRef self)
    {
        _sent[call.Number] = call;
        leader.Tell(new ForwardedCommand(call.Number, call.Command), self);
    }

    private void Refuse(Call call, string message) => deliver(call.Client, new ControllerRefused(call.Command.Id, ControllerError.NotAvailable, message));

    private sealed record Call(long Number, IControllerCommand Command, IActorRef Client, TimeSpan Since);
}
