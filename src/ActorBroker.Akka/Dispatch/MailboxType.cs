using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch.MessageQueues;

namespace Akka.Dispatch;

/// <summary>Makes the queues of mailboxes. Classes named in a configuration have a constructor (Settings, Config).</summary>
public abstract class MailboxType
{
    protected readonly Settings Settings;
    protected readonly Config Config;

    protected MailboxType(Settings settings, Config config)
    {
        Settings = settings;
        Config = config;
    }

    /// <param name="owner">Null outside of an actor.</param>
    /// <param name="system">The system.</param>
    public abstract IMessageQueue Create(IActorRef owner, ActorSystem system);
}
