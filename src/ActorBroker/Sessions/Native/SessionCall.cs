using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using Akka.Actor;

namespace ActorBroker.Sessions.Native;

/// <summary>A native request under way: what it asks of other actors, and how their replies become its answer.</summary>
/// <remarks>Owner and only caller: the <see cref="SessionRequestsActor"/>. A part is numbered by the call and asked at most once.</remarks>
internal abstract class SessionCall
{
    private readonly HashSet<int> _waiting = [];
    private long _number;
    private IActorRef _self = ActorRefs.Nobody;

    /// <summary>Time that others may take, besides the ordinary timeout.</summary>
    public virtual TimeSpan ExtraTime => TimeSpan.Zero;

    /// <summary>All that was asked is answered: <see cref="Answer"/> can be sent.</summary>
    public bool IsDone => _waiting.Count == 0;

    /// <summary>To be read when <see cref="IsDone"/>.</summary>
    public abstract ISessionReply Answer { get; }

    /// <param name="number">Of the call; replies carry it.</param>
    /// <param name="self">Who gets the replies.</param>
    public void Start(long number, IActorRef self)
    {
        _number = number;
        _self = self;
        Start();
    }

    public void OnReply(IReply reply)
    {
        if (_waiting.Remove(reply.Id.Part))
        {
            Take(reply.Id.Part, reply);
        }
        else
        {
            ReplyReturns.GiveBack(reply);
        }
    }

    /// <summary>The time is over; the call is done then.</summary>
    public void OnTimeout()
    {
        foreach (var part in _waiting)
        {
            TimedOut(part);
        }

        _waiting.Clear();
    }

    /// <summary>Asks whom it has to ask; nobody, when the answer is known at once.</summary>
    protected abstract void Start();

    /// <summary>Puts the reply to one part into the answer; may ask for more.</summary>
    protected abstract void Take(int part, IReply reply);

    /// <summary>Puts into the answer that one part did not reply in time.</summary>
    protected abstract void TimedOut(int part);

    protected void Ask(int part, IActorRef actor, Func<RequestId, object> message)
    {
        Check.That(_waiting.Add(part));
        actor.Tell(message(new RequestId(_number, part)), _self);
    }
}

/// <summary>A request whose answer is known at once.</summary>
internal sealed class AnsweredCall(ISessionReply answer) : SessionCall
{
    public AnsweredCall(SessionError error, string message)
        : this(new RequestRefused(error, message))
    {
    }

    public override ISessionReply Answer { get; } = answer;

    protected override void Start()
    {
    }

    protected override void Take(int part, IReply reply)
    {
    }

    protected override void TimedOut(int part)
    {
    }
}

/// <summary>A request that is one command to one actor.</summary>
/// <param name="what">Names the command for people.</param>
/// <param name="actor">Who is asked.</param>
/// <param name="command">The command under its id.</param>
/// <param name="answer">The reply as the native protocol says it.</param>
internal sealed class SingleCall(string what, IActorRef actor, Func<RequestId, object> command, Func<IReply, ISessionReply> answer) : SessionCall
{
    private ISessionReply? _answer;

    public override ISessionReply Answer => _answer ?? throw new InvariantException($"{what}: answered before there was an answer");

    protected override void Start() => Ask(0, actor, command);

    protected override void Take(int part, IReply reply) => _answer = answer(reply);

    protected override void TimedOut(int part) =>
        _answer = new RequestRefused(SessionError.TimedOut, $"{what} was not answered in time (broker.sessions.request-timeout)");
}
