using System.Text;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Remote.Wire;

namespace Akka.Remote.Transport;

/// <summary>Turns the frames of one connection into messages and delivers them. Owner: the connection's reader.</summary>
internal sealed class InboundDelivery
{
    private const int BytesSerializer = 4;
    private const int TextSerializer = 17;
    private const int ManifestBytesMax = 1024;

    private readonly Remoting _remoting;
    private readonly Association _association;
    private readonly PathCache _recipients;
    private readonly PathCache _senders;
    private readonly Dictionary<int, (byte[] Bytes, string Text)> _manifests = [];
    private bool _owesAck;

    public InboundDelivery(Remoting remoting, Association association)
    {
        _remoting = remoting;
        _association = association;
        _recipients = new PathCache(ResolveRecipient);
        _senders = new PathCache(ResolveSender);
    }

    public void Deliver(in EnvelopeFrame frame)
    {
        if (frame.HasAck)
        {
            _association.Outbox.Acknowledge(frame.CumulativeAck, EnvelopeFrame.Missing(frame.Ack));
        }

        if (!frame.HasEnvelope)
        {
            return;
        }

        if (frame.IsSystemMessage)
        {
            _owesAck = true;
            if (!_association.Inbox.TryTake(frame.Sequence))
            {
                return;   // it was here before, or one before it is missing
            }
        }

        if (Read(frame) is { } message)
        {
            Hand(_recipients.Find(frame.RecipientPath), message, frame.SenderPath.IsEmpty ? null : _senders.Find(frame.SenderPath));
        }
    }

    /// <summary>All that has come so far is delivered: time to say so.</summary>
    public void EndOfChunk()
    {
        if (_owesAck)
        {
            _owesAck = false;
            if (_association.Inbox.LastTaken is { } last)
            {
                _association.PostFrame(ControlFrames.EncodeAck(last, []));
            }
        }
    }

    private void Hand(IInternalActorRef recipient, object message, IActorRef? sender)
    {
        switch (message)
        {
            case ISystemMessage system:
                HandSystem(recipient, system);
                break;
            case ActorSelectionMessage selection when _remoting.Settings.UntrustedMode && !IsTrusted(recipient, selection):
            case IPossiblyHarmful when _remoting.Settings.UntrustedMode && message is not ActorSelectionMessage:
                _remoting.Log.Debug("operating in UntrustedMode, dropping inbound {0} for {1}", message.GetType(), recipient.Path);
                break;
            case ActorSelectionMessage selection:
                SelectionDelivery.Deliver(recipient, sender, selection);
                break;
            default:
                recipient.Tell(message, sender);
                break;
        }
    }

    private void HandSystem(IInternalActorRef recipient, ISystemMessage message)
    {
        if (_remoting.Settings.UntrustedMode && message is not (Watch or Unwatch or DeathWatchNotification))
        {
            _remoting.Log.Debug("operating in UntrustedMode, dropping inbound system message {0} for {1}", message.GetType(), recipient.Path);
            return;
        }

        _remoting.OnSystemMessage(_association, message);
        recipient.SendSystemMessage(message);
    }

    private bool IsTrusted(IInternalActorRef recipient, ActorSelectionMessage selection) =>
        selection.Message is not IPossiblyHarmful
        && _remoting.Settings.TrustedSelectionPaths.Contains(
            selection.Elements.Aggregate(recipient.Path, (at, element) => at / (element.ToString() ?? "")).ToStringWithoutAddress());

    private object? Read(in EnvelopeFrame frame)
    {
        var manifest = "";
        try
        {
            if (frame.SerializerId == BytesSerializer && frame.Manifest.IsEmpty)
            {
                return frame.Message.ToArray();
            }

            manifest = Manifest(frame.Manifest);
            if (frame.SerializerId == TextSerializer && manifest is Remote.Serialization.PrimitiveSerializers.StringManifest or "S"
                && Remote.Serialization.PrimitiveSerializers.TryText(frame.Message, out var text))
            {
                return text;
            }

            var before = Akka.Serialization.Serialization.SwapTransport(_remoting.Transport);
            try
            {
                return _remoting.System.Serialization.Deserialize(frame.Message.ToArray(), frame.SerializerId, manifest);
            }
            finally
            {
                Akka.Serialization.Serialization.SwapTransport(before);
            }
        }
        catch (Exception unreadable)
        {
            // One message that cannot be read is no reason to end the conversation.
            _association.Unreadable(frame.SerializerId, manifest, unreadable);
            return null;
        }
    }

    private string Manifest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return "";
        }

        var key = bytes.Length | (bytes[0] << 16) | (bytes[^1] << 8);
        if (_manifests.TryGetValue(key, out var known) && bytes.SequenceEqual(known.Bytes))
        {
            return known.Text;
        }

        var text = Encoding.UTF8.GetString(bytes);
        if (bytes.Length <= ManifestBytesMax && (_manifests.Count < ManifestBytesMax || _manifests.ContainsKey(key)))
        {
            _manifests[key] = (bytes.ToArray(), text);
        }

        return text;
    }

    private IInternalActorRef ResolveRecipient(ReadOnlySpan<byte> path) => _remoting.Provider.ResolveForInbound(Encoding.UTF8.GetString(path));

    private IInternalActorRef ResolveSender(ReadOnlySpan<byte> path) =>
        (IInternalActorRef)_remoting.Provider.ResolveActorRef(Encoding.UTF8.GetString(path));
}
