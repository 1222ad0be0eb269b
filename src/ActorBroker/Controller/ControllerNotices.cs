namespace ActorBroker.Controller;

/// <summary>Event: the metadata is up to date and published.</summary>
internal sealed record ControllerStarted(ClusterImage Image);

/// <summary>Event: the image is another one now.</summary>
internal sealed record ImagePublished(ClusterImage Image);

/// <summary>Command to the controller: hand over what this node has; the node is about to end. Answered by <see cref="ClusterLeft"/>.</summary>
internal sealed record LeaveCluster
{
    public static readonly LeaveCluster Instance = new();
}

/// <summary>Reply: nothing is left, or the time for it is over.</summary>
internal sealed record ClusterLeft
{
    public static readonly ClusterLeft Instance = new();
}

/// <summary>Tick: a tenth of a second has passed.</summary>
internal sealed record ControllerTick
{
    public static readonly ControllerTick Instance = new();
}

/// <summary>Tick: leaders wait to be reported.</summary>
internal sealed record SendReports
{
    public static readonly SendReports Instance = new();
}

/// <summary>Event: the controller is about to stop, because its own state could not be read or written.</summary>
internal sealed record ControllerFailed(string Reason);
