namespace ActorBroker.Log;

/// <summary>Bytes or null, which differ from no bytes: a key or a value of a record.</summary>
/// <remarks>Converts from <c>byte[]?</c>, <c>null</c> and spans, so that callers pass what they have.</remarks>
public readonly ref struct NullableBytes
{
    private readonly bool _isThere;

    private NullableBytes(ReadOnlySpan<byte> bytes)
    {
        Span = bytes;
        _isThere = true;
    }

    public static NullableBytes Null => default;

    public bool IsNull => !_isThere;

    /// <summary>The bytes; empty when null.</summary>
    public ReadOnlySpan<byte> Span { get; }

    /// <summary>Length as records store it: −1 for null.</summary>
    public int LengthOrMinusOne => _isThere ? Span.Length : -1;

    public static implicit operator NullableBytes(byte[]? bytes) => bytes is null ? default : new NullableBytes(bytes.AsSpan());

    public static implicit operator NullableBytes(ReadOnlySpan<byte> bytes) => new(bytes);

    public static implicit operator NullableBytes(Span<byte> bytes) => new(bytes);

    public static NullableBytes From(ReadOnlyMemory<byte>? bytes) => bytes is { } some ? new NullableBytes(some.Span) : default;

    /// <summary>A copy of the bytes, or null.</summary>
    public byte[]? ToArray() => _isThere ? Span.ToArray() : null;
}
