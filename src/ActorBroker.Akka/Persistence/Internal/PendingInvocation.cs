namespace Akka.Persistence.Internal;

/// <summary>A handler that waits for its event to be written.</summary>
/// <param name="IsStashing">True: commands wait until it was called (Persist); false: they do not (PersistAsync, DeferAsync).</param>
internal sealed record PendingInvocation(object Event, Action<object> Handler, bool IsStashing);
