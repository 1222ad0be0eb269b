using Akka.Configuration;

namespace Akka.Actor;

/// <summary>
/// The deployments of <c>akka.actor.deployment</c>: a path below /user ("/orders/worker"; <c>*</c> stands for one element,
/// a trailing <c>**</c> for any number), with <c>dispatcher</c>, <c>mailbox</c> and <c>stash-capacity</c>.
/// </summary>
public class Deployer
{
    private readonly Config _default;
    private readonly List<(string[] Elements, Deploy Deploy)> _deployments = [];

    public Deployer(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var section = settings.Config.GetConfig("akka.actor.deployment");
        _default = section?.GetConfig("default") ?? Config.Empty;
        foreach (var (path, value) in section?.AsEnumerable() ?? [])
        {
            if (path == "default" || !value.IsObject())
            {
                continue;
            }

            var key = path.Trim('"');
            var deploy = ParseConfig(key, section!.GetConfig("\"" + key + "\"").WithFallback(_default));
            _deployments.Add((key.Split('/', StringSplitOptions.RemoveEmptyEntries), deploy));
        }
    }

    /// <summary>Null when the path is not configured.</summary>
    /// <param name="path">Names below /user.</param>
    public Deploy? Lookup(IEnumerable<string> path)
    {
        if (_deployments.Count == 0)
        {
            return null;
        }

        var elements = path.ToArray();
        return _deployments.Find(one => one.Elements.SequenceEqual(elements)).Deploy
            ?? _deployments.Find(one => Matches(one.Elements, elements)).Deploy;
    }

    public Deploy? Lookup(ActorPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Elements.Count < 2 || path.Elements[0] != "user" ? null : Lookup(path.Elements.Skip(1));
    }

    public virtual Deploy ParseConfig(string key, Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new Deploy(
            key,
            config,
            Deploy.NoScopeGiven,
            config.GetString("dispatcher", ""),
            config.GetString("mailbox", ""),
            config.GetInt("stash-capacity", Deploy.NoStashSize));
    }

    private static bool Matches(string[] pattern, string[] elements)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == "**" && i == pattern.Length - 1)
            {
                return elements.Length > i;
            }

            if (i >= elements.Length || (pattern[i] != "*" && pattern[i] != elements[i]))
            {
                return false;
            }
        }

        return pattern.Length == elements.Length;
    }
}
