using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Dispatch;

/// <summary>Finds the mailbox type for an actor: what its props say, what its dispatcher says, what its class requires.</summary>
public class Mailboxes
{
    public static readonly string DefaultMailboxId = "akka.actor.default-mailbox";

    public static readonly string NoMailboxRequirement = "";

    private readonly ActorSystem _system;
    private readonly ConcurrentDictionary<string, MailboxType> _byId = new();
    private readonly ConcurrentDictionary<Type, Type?> _requirements = new();
    private readonly Dictionary<Type, string> _idByQueueType = [];

    public Mailboxes(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        _system = system;
        DeadLetterMailbox = new DeadLetterMailbox(system.DeadLetters);
        var requirements = system.Settings.Config.GetConfig("akka.actor.mailbox.requirements");
        foreach (var (key, value) in requirements?.AsEnumerable() ?? [])
        {
            var name = key.Trim('"');
            var type = ConfiguredTypes.Find(name)
                ?? throw new ConfigurationException($"akka.actor.mailbox.requirements: there is no type [{name}].");
            _idByQueueType[type] = value.GetString() ?? "";
        }
    }

    /// <summary>Where messages to stopped actors go.</summary>
    public DeadLetterMailbox DeadLetterMailbox { get; }

    /// <summary>The semantics that the class asks for; null when it does not.</summary>
    public Type? GetRequiredType(Type actorType) => _requirements.GetOrAdd(actorType, static type =>
        Array.Find(type.GetInterfaces(), one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IRequiresMessageQueue<>))
            ?.GetGenericArguments()[0]);

    public bool HasRequiredType(Type actorType) => GetRequiredType(actorType) is not null;

    /// <exception cref="ConfigurationException">No such mailbox.</exception>
    public MailboxType Lookup(string id) => _byId.GetOrAdd(id, Create);

    /// <exception cref="ConfigurationException">No mailbox is configured for that requirement.</exception>
    public MailboxType LookupByQueueType(Type queueType) =>
        _idByQueueType.TryGetValue(queueType, out var id)
            ? Lookup(id)
            : throw new ConfigurationException($"Mailbox Mapping for [{queueType}] not configured");

    /// <exception cref="ConfigurationException">The mailbox that is configured does not do what the actor's class requires.</exception>
    public MailboxType GetMailboxType(Props props, Config dispatcherConfig)
    {
        ArgumentNullException.ThrowIfNull(props);
        var required = GetRequiredType(props.Type);
        var id = props.Mailbox;
        if (id.Length == 0 && dispatcherConfig is { IsEmpty: false })
        {
            id = dispatcherConfig.HasPath("mailbox-type") ? dispatcherConfig.GetString("id", "") : "";
        }

        if (id.Length == 0)
        {
            return required is null ? Lookup(DefaultMailboxId) : LookupByQueueType(required);
        }

        var type = Lookup(id);
        if (required is not null && QueueTypeOf(type.GetType()) is { } made && !required.IsAssignableFrom(made))
        {
            throw new ConfigurationException(
                $"The mailbox [{id}] makes {made}, which does not satisfy the requirement [{required}] of the actor class {props.Type}.");
        }

        return type;
    }

    /// <summary>Messages that a stash holds; −1 for any number.</summary>
    internal int StashCapacity(string dispatcher, string mailbox)
    {
        var config = _system.Settings.Config;
        foreach (var id in new[] { mailbox, dispatcher, DefaultMailboxId })
        {
            if (!string.IsNullOrEmpty(id) && config.HasPath(id + ".stash-capacity"))
            {
                return config.GetInt(id + ".stash-capacity", Deploy.NoStashSize);
            }
        }

        return Deploy.NoStashSize;
    }

    private static Type? QueueTypeOf(Type mailboxType) =>
        Array.Find(mailboxType.GetInterfaces(), one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IProducesMessageQueue<>))
            ?.GetGenericArguments()[0];

    private MailboxType Create(string id)
    {
        var all = _system.Settings.Config;
        var config = all.HasPath(id)
            ? all.GetConfig(id)
            : throw new ConfigurationException($"Mailbox Type [{id}] not configured");
        var typeName = config.GetString("mailbox-type", "");
        if (typeName.Length == 0)
        {
            throw new ConfigurationException($"The setting mailbox-type, defined in [{id}], is empty");
        }

        var type = ConfiguredTypes.Find(typeName)
            ?? throw new ConfigurationException($"Found mailbox-type [{typeName}] in configuration for [{id}], but could not find that type.");
        return (MailboxType)Activator.CreateInstance(type, _system.Settings, config.WithFallback(all.GetConfig(DefaultMailboxId)))!;
    }
}
