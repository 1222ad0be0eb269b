using Akka.Actor;

namespace Akka.Persistence;

/// <summary>A persistent actor with handlers by message type that sends messages until they are confirmed, see <see cref="AtLeastOnceDeliverySemantic"/>.</summary>
public abstract class AtLeastOnceDeliveryReceiveActor : ReceivePersistentActor
{
    private readonly AtLeastOnceDeliverySemantic _delivery;

    protected AtLeastOnceDeliveryReceiveActor() => _delivery = new AtLeastOnceDeliverySemantic(ActorBase.Context, Extension.Settings.AtLeastOnceDelivery);

    protected AtLeastOnceDeliveryReceiveActor(PersistenceSettings.AtLeastOnceDeliverySettings settings) =>
        _delivery = new AtLeastOnceDeliverySemantic(ActorBase.Context, settings);

    /// <param name="overrideSettings">Changes the configured settings.</param>
    protected AtLeastOnceDeliveryReceiveActor(
        Func<PersistenceSettings.AtLeastOnceDeliverySettings, PersistenceSettings.AtLeastOnceDeliverySettings> overrideSettings)
    {
        ArgumentNullException.ThrowIfNull(overrideSettings);
        _delivery = new AtLeastOnceDeliverySemantic(ActorBase.Context, overrideSettings(Extension.Settings.AtLeastOnceDelivery));
    }

    public TimeSpan RedeliverInterval => _delivery.RedeliverInterval;

    public int RedeliveryBurstLimit => _delivery.RedeliveryBurstLimit;

    public int WarnAfterNumberOfUnconfirmedAttempts => _delivery.WarnAfterNumberOfUnconfirmedAttempts;

    public int MaxUnconfirmedMessages => _delivery.MaxUnconfirmedMessages;

    public int UnconfirmedCount => _delivery.UnconfirmedCount;

    /// <inheritdoc cref="AtLeastOnceDeliverySemantic.Deliver"/>
    public void Deliver(ActorPath destination, Func<long, object> deliveryMessageMapper) =>
        _delivery.Deliver(destination, deliveryMessageMapper, IsRecovering);

    /// <exception cref="NotSupportedException">The selection has wildcards: who would confirm?</exception>
    /// <inheritdoc cref="AtLeastOnceDeliverySemantic.Deliver"/>
    public void Deliver(ActorSelection destination, Func<long, object> deliveryMessageMapper)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (destination.PathString.Contains('*', StringComparison.Ordinal))
        {
            throw new NotSupportedException("Delivering to wildcard actor selections is not supported by AtLeastOnceDelivery. Introduce an mediator Actor which this AtLeastOnceDelivery Actor can deliver the messages to, and will handle the logic of fan-out and collecting individual confirmations, until it can signal confirmation back to this Actor.");
        }

        Deliver(ActorPath.Parse($"{destination.Anchor.Path.ToString().TrimEnd('/')}{destination.PathString}"), deliveryMessageMapper);
    }

    /// <inheritdoc cref="AtLeastOnceDeliverySemantic.ConfirmDelivery"/>
    public bool ConfirmDelivery(long deliveryId) => _delivery.ConfirmDelivery(deliveryId);

    public AtLeastOnceDeliverySnapshot GetDeliverySnapshot() => _delivery.GetDeliverySnapshot();

    public void SetDeliverySnapshot(AtLeastOnceDeliverySnapshot snapshot) => _delivery.SetDeliverySnapshot(snapshot);

    public override void AroundPostStop()
    {
        _delivery.Cancel();
        base.AroundPostStop();
    }

    public override void AroundPreRestart(Exception cause, object message)
    {
        _delivery.Cancel();
        base.AroundPreRestart(cause, message);
    }

    protected override void OnReplaySuccess()
    {
        _delivery.OnReplaySuccess();
        base.OnReplaySuccess();
    }

    protected override bool AroundReceive(Receive receive, object message) =>
        _delivery.AroundReceive(receive, message) || base.AroundReceive(receive, message);
}
