using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions;

/// <summary>Serves one API of the Kafka protocol. Stateless; one instance for all sessions.</summary>
/// <param name="key">The API.</param>
/// <param name="min">Lowest version that is served.</param>
/// <param name="max">Highest version that is served.</param>
internal abstract class RequestHandler(ApiKey key, short min, short max)
{
    public ApiKey Key { get; } = key;

    public short Min { get; } = min;

    public short Max { get; } = max;

    /// <summary>Answers now, or later through <see cref="PendingRequest.Await"/>.</summary>
    /// <param name="request">The request's place among the others.</param>
    /// <param name="body">Its byte fields are slices of the receive buffer: valid during this call only.</param>
    public abstract void Handle(PendingRequest request, IRequest body);
}

/// <summary>As <see cref="RequestHandler"/>, with the body typed.</summary>
internal abstract class RequestHandler<TRequest>(ApiKey key, short min, short max) : RequestHandler(key, min, max)
    where TRequest : class, IRequest
{
    public sealed override void Handle(PendingRequest request, IRequest body) => Handle(request, (TRequest)body);

    protected abstract void Handle(PendingRequest request, TRequest body);
}
