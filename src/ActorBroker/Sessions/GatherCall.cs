using ActorBroker.Kafka.Messages;
using Akka.Actor;

namespace ActorBroker.Sessions;

/// <summary>A request that asks several actors and answers when all have replied, or their time is over.</summary>
/// <remarks>Owner and only caller: the session's actor. A part is numbered by the handler and asked at most once.</remarks>
internal abstract class GatherCall(PendingRequest request) : IReplyTarget
{
    private PartSet _waiting;

    protected PendingRequest Request { get; } = request;

    protected abstract IResponse Response { get; }

    public void OnReply(IReply reply)
    {
        if (!_waiting.Remove(reply.Id.Part))
        {
            ReplyReturns.GiveBack(reply);
            return;
        }

        Take(reply.Id.Part, reply);
        if (_waiting.Count == 0)
        {
            Finish();
        }
    }

    public void OnTimeout()
    {
        foreach (var part in _waiting.TakeAll())
        {
            TimedOut(part);
        }

        Finish();
    }

    public void OnAbandoned()
    {
    }

    /// <summary>Puts the reply to one part into the answer.</summary>
    protected abstract void Take(int part, IReply reply);

    /// <summary>Puts into the answer that one part did not reply in time.</summary>
    protected abstract void TimedOut(int part);

    protected void Ask(int part, IActorRef actor, object message)
    {
        Check.That(_waiting.Add(part));
        actor.Tell(message, Request.Session);
    }

    /// <summary>To be called once all parts are asked: answers at once when none was.</summary>
    protected void AnswerWhenAllReplied(TimeSpan timeout)
    {
        if (_waiting.Count == 0)
        {
            Finish();
        }
        else
        {
            Request.Await(this, timeout);
        }
    }

    protected void AnswerWhenAllReplied() => AnswerWhenAllReplied(Request.Node.Settings.RequestTimeout);

    protected virtual void Finish() => Request.Reply(Response);
}
