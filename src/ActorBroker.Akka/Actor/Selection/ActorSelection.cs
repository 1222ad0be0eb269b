namespace Akka.Actor;

/// <summary>
/// The actors at a path, whoever they are when a message is sent; wildcards make it many. Immutable.
/// </summary>
public class ActorSelection : ICanTell
{
    public ActorSelection()
        : this(ActorRefs.Nobody, Array.Empty<SelectionPathElement>())
    {
    }

    public ActorSelection(IActorRef anchor, SelectionPathElement[] path)
    {
        Anchor = anchor;
        Path = path;
    }

    public ActorSelection(IActorRef anchor, string path)
        : this(anchor, string.IsNullOrEmpty(path) ? [] : path.Split('/'))
    {
    }

    public ActorSelection(IActorRef anchor, IEnumerable<string> elements)
        : this(anchor, Parse(elements))
    {
    }

    /// <summary>Where the path starts.</summary>
    public IActorRef Anchor { get; }

    public SelectionPathElement[] Path { get; }

    public string PathString => "/" + string.Join('/', Path.AsEnumerable());

    public void Tell(object message, IActorRef? sender = null)
    {
        if (message is null)
        {
            throw new InvalidMessageException("Message is null.");
        }

        sender ??= ActorCell.GetCurrentSelfOrNoSender();
        SelectionDelivery.Deliver((IInternalActorRef)Anchor, sender, new ActorSelectionMessage(message, Path));
    }

    /// <summary>The one actor at that path.</summary>
    /// <exception cref="ActorNotFoundException">Nobody answered in time.</exception>
    public Task<IActorRef> ResolveOne(TimeSpan timeout) => ResolveOne(timeout, CancellationToken.None);

    public async Task<IActorRef> ResolveOne(TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            var identity = await this.Ask<ActorIdentity>(new Identify(null!), timeout, ct).ConfigureAwait(false);
            return identity.Subject ?? throw new ActorNotFoundException($"No actor at [{this}].");
        }
        catch (Exception failed) when (failed is not ActorNotFoundException)
        {
            throw new ActorNotFoundException($"No actor at [{this}] answered within {timeout}.", failed);
        }
    }

    public override bool Equals(object? obj) =>
        obj is ActorSelection other && Equals(Anchor, other.Anchor) && PathString == other.PathString;

    public override int GetHashCode() => HashCode.Combine(Anchor, PathString);

    public override string ToString() =>
        $"ActorSelection[Anchor({Anchor.Path}{(Anchor.Path.Uid == ActorPath.UndefinedUid ? "" : "#" + Anchor.Path.Uid)}), Path({PathString})]";

    private static SelectionPathElement[] Parse(IEnumerable<string> elements)
    {
        ArgumentNullException.ThrowIfNull(elements);
        var path = elements.Where(element => !string.IsNullOrEmpty(element)).Select(element => element switch
        {
            "**" => (SelectionPathElement)SelectChildRecursive.Instance,
            ".." => SelectParent.Instance,
            _ when element.Contains('*', StringComparison.Ordinal) || element.Contains('?', StringComparison.Ordinal) => new SelectChildPattern(element),
            _ => new SelectChildName(element),
        }).ToArray();
        var recursive = Array.IndexOf(path, SelectChildRecursive.Instance);
        return recursive >= 0 && recursive < path.Length - 1
            ? throw new IllegalActorNameException("Double wildcard can only appear at the last path entry")
            : path;
    }
}
