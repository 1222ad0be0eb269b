namespace Akka.Actor;

/// <summary>Walks a selection through the tree, on the sender's thread, as far as the tree is in this process.</summary>
internal static class SelectionDelivery
{
    public static void Deliver(IInternalActorRef anchor, IActorRef? sender, ActorSelectionMessage selection)
    {
        if (selection.Elements.Length == 0)
        {
            anchor.Tell(selection.Message, sender);
            return;
        }

        if (anchor is not LocalActorRef here)
        {
            Hand(anchor, sender, selection);
            return;
        }

        var rest = selection.Elements[1..];
        switch (selection.Elements[0])
        {
            case SelectParent:
                Deliver(here.Parent, sender, selection.Copy(elements: rest));
                break;
            case SelectChildName { Name: "" }:
                Deliver(here, sender, selection.Copy(elements: rest));
                break;
            case SelectChildName child:
                ToChild(here, child, sender, selection, rest);
                break;
            case SelectChildPattern pattern:
                ToMatching(here, pattern, sender, selection, rest);
                break;
            case SelectChildRecursive:
                ToAllBelow(here, sender, selection);
                break;
        }
    }

    /// <summary>The rest of the way is not here: in another process, or nowhere.</summary>
    private static void Hand(IInternalActorRef anchor, IActorRef? sender, ActorSelectionMessage selection)
    {
        if (anchor is VirtualPathContainer container)
        {
            var names = selection.Elements.Select(element => element.ToString() ?? "").ToArray();
            if (container.GetChild(names) is IInternalActorRef found and not Nobody)
            {
                found.Tell(selection.Message, sender);
                return;
            }

            NotFound(container.Provider, container.Path, sender, selection.Copy(elements: []));
            return;
        }

        anchor.Tell(selection, sender);
    }

    private static void ToChild(
        LocalActorRef here, SelectChildName child, IActorRef? sender, ActorSelectionMessage selection, SelectionPathElement[] rest)
    {
        var found = here.GetSingleChild(child.Name);
        if (!found.IsNobody())
        {
            Deliver(found, sender, selection.Copy(elements: rest));
            return;
        }

        if (!selection.WildCardFanOut)
        {
            var path = selection.Elements.Aggregate(here.Path, (at, element) => at / (element.ToString() ?? ""));
            NotFound(here.Provider, path, sender, selection.Copy(elements: rest));
        }
    }

    private static void NotFound(IActorRefProvider provider, ActorPath path, IActorRef? sender, ActorSelectionMessage selection)
    {
        var nobody = new EmptyLocalActorRef(provider, path, provider.Settings.System.EventStream);
        nobody.Tell(selection, sender);
    }

    private static void ToMatching(
        LocalActorRef here, SelectChildPattern pattern, IActorRef? sender, ActorSelectionMessage selection, SelectionPathElement[] rest)
    {
        var matching = here.Children.Where(child => pattern.Matches(child.Path.Name)).Cast<IInternalActorRef>().ToArray();
        if (matching.Length == 0)
        {
            if (!selection.WildCardFanOut)
            {
                NotFound(here.Provider, here.Path / pattern.PatternStr, sender, selection.Copy(elements: rest));
            }

            return;
        }

        var onward = selection.Copy(elements: rest, wildCardFanOut: selection.WildCardFanOut || matching.Length > 1);
        foreach (var child in matching)
        {
            Deliver(child, sender, onward);
        }
    }

    private static void ToAllBelow(LocalActorRef here, IActorRef? sender, ActorSelectionMessage selection)
    {
        foreach (var child in here.Children.Cast<IInternalActorRef>())
        {
            child.Tell(selection.Message, sender);
            if (child is LocalActorRef below)
            {
                ToAllBelow(below, sender, selection);
            }
        }
    }
}
