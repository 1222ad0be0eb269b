using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Akka.Actor;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Remote.Transport;

/// <summary>Turns messages into frames, one behind the other in one buffer. Owner: whoever drains the lane.</summary>
/// <remarks>A large payload is not copied: the buffer ends with the head of its frame, <see cref="Large"/> is to be sent next, and
/// <see cref="EndLarge"/> begins a new buffer with the end of the frame.</remarks>
internal sealed class FrameEncoder(ExtendedActorSystem system, Information transport) : IDisposable
{
    public const int BufferBytes = 64 * 1024;

    /// <summary>Copying less is cheaper than another system call.</summary>
    private const int LargeBytes = 32 * 1024;

    /// <summary>Around the payload: lengths, tags, serializer and sequence.</summary>
    private const int OverheadBytesMax = 64;

    /// <summary>Manifests are few; a sender that makes them up is not worth the memory.</summary>
    private const int ManifestsMax = 1000;

    private const string StringManifest = "System.String, System.Private.CoreLib";
    private const int StringSerializer = 17;

    private static readonly byte[] StringManifestBytes = Encoding.UTF8.GetBytes(StringManifest);
    private static readonly byte[] Empty = [];

    private readonly Dictionary<string, byte[]> _manifests = new(StringComparer.Ordinal);
    private byte[] _buffer = Empty;
    private byte[] _tail = Empty;
    private string? _lastManifest;
    private byte[] _lastManifestBytes = Empty;
    private int _length;

    public int Length => _length;

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Is there no room for another small frame?</summary>
    public bool IsFull => _length >= BufferBytes - 4096 || !Large.IsEmpty;

    public ReadOnlyMemory<byte> Large { get; private set; }

    public void Clear() => _length = 0;

    /// <summary>Nothing is to be written for now: the buffer goes back to the pool.</summary>
    public void Rest()
    {
        _length = 0;
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = Empty;
        }
    }

    /// <summary>What is in the buffer and the whole frame of the large payload, for a connection that must not be left within a frame.</summary>
    public byte[] JoinLarge() => [.. Bytes.Span, .. Large.Span, .. _tail];

    /// <summary>The large payload is sent.</summary>
    public void EndLarge()
    {
        Large = default;
        _length = 0;
        _tail.CopyTo(Space(_tail.Length));
        _tail = Empty;
    }

    public void Add(byte[] frame) => frame.CopyTo(Space(frame.Length));

    /// <summary>Adds a message. False: its frame would be larger than <paramref name="bytesMax"/>; nothing was added.</summary>
    /// <param name="frameBytes">What the frame takes, without its length.</param>
    public bool TryAdd(in Outgoing outgoing, int bytesMax, out int frameBytes)
    {
        if (outgoing.Message is string text && outgoing.Sequence == EnvelopeFrame.NoSequence && Strings is { })
        {
            return TryAddText(text, outgoing, bytesMax, out frameBytes);
        }

        var message = outgoing.Message;
        var serializer = system.Serialization.FindSerializerFor(message);
        var before = Akka.Serialization.Serialization.SwapTransport(transport);
        byte[] payload;
        byte[] manifest;
        try
        {
            payload = serializer.ToBinary(message);
            manifest = ManifestBytes(Akka.Serialization.Serialization.ManifestFor(serializer, message));
        }
        finally
        {
            Akka.Serialization.Serialization.SwapTransport(before);
        }

        var shape = new Shape(payload.Length, serializer.Identifier, manifest, outgoing.Recipient!.Encoded, SenderBytes(outgoing.Sender), outgoing.Sequence);
        frameBytes = shape.FrameBytes;
        if (frameBytes > bytesMax)
        {
            return false;
        }

        if (payload.Length >= LargeBytes)
        {
            AddLarge(payload, shape);
            return true;
        }

        var to = Space(ControlFrames.LengthBytes + frameBytes);
        var at = shape.WriteHead(to);
        payload.CopyTo(to[at..]);
        shape.WriteTail(to[(at + payload.Length)..]);
        return true;
    }

    public void Dispose() => Rest();

    /// <summary>The encoded reference of a sender, kept with references that send again and again.</summary>
    internal static byte[] EncodeRef(string path) => new Proto().Text(1, path).ToArray();

    /// <summary>The usual serializer of texts, unless the application has bound another one.</summary>
    private Serializer? Strings => field ??= system.Serialization.FindSerializerForType(typeof(string)) is Remote.Serialization.PrimitiveSerializers usual ? usual : null;

    private bool TryAddText(string text, in Outgoing outgoing, int bytesMax, out int frameBytes)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        var shape = new Shape(bytes, StringSerializer, StringManifestBytes, outgoing.Recipient!.Encoded, SenderBytes(outgoing.Sender), outgoing.Sequence);
        frameBytes = shape.FrameBytes;
        if (frameBytes > bytesMax)
        {
            return false;
        }

        var to = Space(ControlFrames.LengthBytes + frameBytes);
        var at = shape.WriteHead(to);
        at += Encoding.UTF8.GetBytes(text, to[at..]);
        shape.WriteTail(to[at..]);
        return true;
    }

    private void AddLarge(byte[] payload, in Shape shape)
    {
        var to = Space(shape.HeadBytesMax);
        _length -= to.Length - shape.WriteHead(to);
        Large = payload;
        _tail = new byte[shape.TailBytes];
        shape.WriteTail(_tail);
    }

    private byte[] SenderBytes(IActorRef? sender)
    {
        if (sender is not InternalActorRefBase reference || sender is Nobody)
        {
            return Empty;
        }

        return reference.EncodedForRemote ??= reference is RemoteActorRef remote
            ? remote.Encoded
            : EncodeRef(reference.Path.ToSerializationFormatWithAddress(transport.Address));
    }

    private byte[] ManifestBytes(string manifest)
    {
        if (ReferenceEquals(manifest, _lastManifest))
        {
            return _lastManifestBytes;
        }

        if (!_manifests.TryGetValue(manifest, out var bytes))
        {
            bytes = manifest.Length == 0 ? Empty : Encoding.UTF8.GetBytes(manifest);
            if (_manifests.Count < ManifestsMax)
            {
                _manifests[manifest] = bytes;
            }
        }

        _lastManifest = manifest;
        _lastManifestBytes = bytes;
        return bytes;
    }

    private Span<byte> Space(int length)
    {
        if (_buffer.Length - _length < length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(BufferBytes, _length + length));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            if (_buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
            }

            _buffer = larger;
        }

        _length += length;
        return _buffer.AsSpan(_length - length, length);
    }

    /// <summary>The lengths in a frame, from the inside out, and what stands around its payload.</summary>
    private readonly ref struct Shape
    {
        private readonly ReadOnlySpan<byte> _recipient;
        private readonly ReadOnlySpan<byte> _sender;
        private readonly ReadOnlySpan<byte> _manifest;
        private readonly ulong _serializer;
        private readonly ulong _sequence;
        private readonly int _payload;
        private readonly int _payloadMessage;
        private readonly int _envelope;
        private readonly int _container;

        public Shape(int payload, int serializer, byte[] manifest, byte[] recipient, byte[] sender, ulong sequence)
        {
            _recipient = recipient;
            _sender = sender;
            _manifest = manifest;
            _serializer = (ulong)(long)serializer;
            _sequence = sequence;
            _payload = payload;
            _payloadMessage = ProtoSize.OfBytes(payload) + (serializer == 0 ? 0 : 1 + ProtoSize.Of(_serializer))
                + (manifest.Length == 0 ? 0 : ProtoSize.OfBytes(manifest.Length));
            _envelope = ProtoSize.OfBytes(recipient.Length) + ProtoSize.OfBytes(_payloadMessage)
                + (sender.Length == 0 ? 0 : ProtoSize.OfBytes(sender.Length)) + (sequence == 0 ? 0 : 9);
            _container = ProtoSize.OfBytes(_envelope);
            FrameBytes = ProtoSize.OfBytes(_container);
        }

        public int FrameBytes { get; }

        public int HeadBytesMax => _recipient.Length + OverheadBytesMax;

        public int TailBytes => (_serializer == 0 ? 0 : 1 + ProtoSize.Of(_serializer)) + (_manifest.Length == 0 ? 0 : ProtoSize.OfBytes(_manifest.Length))
            + (_sender.Length == 0 ? 0 : ProtoSize.OfBytes(_sender.Length)) + (_sequence == 0 ? 0 : 9);

        /// <summary>All before the payload's own bytes; returns how much that is.</summary>
        public int WriteHead(Span<byte> to)
        {
            BinaryPrimitives.WriteInt32LittleEndian(to, FrameBytes);
            var at = ControlFrames.LengthBytes;
            at += Tag(to[at..], 0x0A, _container);     // AkkaProtocolMessage.payload
            at += Tag(to[at..], 0x12, _envelope);      // AckAndEnvelopeContainer.envelope
            at += Bytes(to[at..], 0x0A, _recipient);   // RemoteEnvelope.recipient
            at += Tag(to[at..], 0x12, _payloadMessage);
            return at + Tag(to[at..], 0x0A, _payload); // Payload.message
        }

        /// <summary>All behind the payload's own bytes.</summary>
        public void WriteTail(Span<byte> to)
        {
            var at = 0;
            if (_serializer != 0)
            {
                to[at++] = 0x10;
                at += ProtoSize.Write(to[at..], _serializer);
            }

            at += _manifest.IsEmpty ? 0 : Bytes(to[at..], 0x1A, _manifest);
            at += _sender.IsEmpty ? 0 : Bytes(to[at..], 0x22, _sender);
            if (_sequence != 0)
            {
                to[at++] = 0x29;
                BinaryPrimitives.WriteUInt64LittleEndian(to[at..], _sequence);
            }
        }

        private static int Tag(Span<byte> to, byte tag, int length)
        {
            to[0] = tag;
            return 1 + ProtoSize.Write(to[1..], (ulong)length);
        }

        private static int Bytes(Span<byte> to, byte tag, ReadOnlySpan<byte> bytes)
        {
            var at = Tag(to, tag, bytes.Length);
            bytes.CopyTo(to[at..]);
            return at + bytes.Length;
        }
    }
}
