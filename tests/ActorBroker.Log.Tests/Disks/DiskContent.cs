namespace ActorBroker.Testing;

/// <summary>The bytes of one file of a <see cref="MemoryDisk"/>: as programs see them, and as the platter has them.</summary>
internal sealed class DiskContent
{
    public const int SectorBytes = 512;

    private readonly List<Change> _unflushed = [];
    private byte[] _current = [];
    private byte[] _durable = [];

    public DiskContent()
    {
    }

    public DiskContent(ReadOnlySpan<byte> durable) => (_durable, _current, Length) = (durable.ToArray(), durable.ToArray(), durable.Length);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Bytes => _current.AsSpan(0, Length);

    public void Write(ReadOnlySpan<byte> bytes, int position)
    {
        Apply(bytes, position);
        _unflushed.Add(new Change(position, bytes.ToArray()));
    }

    public void SetLength(int length)
    {
        Resize(length);
        _unflushed.Add(new Change(length, null));
    }

    public void Flush()
    {
        _durable = Bytes.ToArray();
        _unflushed.Clear();
    }

    /// <summary>Decides what is left. Afterwards that is durable.</summary>
    public void Crash(CrashKind kind, Random random)
    {
        if (_unflushed.Count > 0 && kind == CrashKind.LoseUnflushed) Restore(_durable);
        if (_unflushed.Count > 0 && kind == CrashKind.TearWrites) Tear(random);
        if (_unflushed.Count > 0 && kind == CrashKind.LoseSectors) LoseSectors(random);
        Flush();
    }

    private void Tear(Random random)
    {
        var changes = _unflushed.ToArray();
        var whole = random.Next(changes.Length + 1);
        Restore(_durable);
        for (var i = 0; i < whole; i++)
        {
            if (changes[i].Bytes is { } bytes)
            {
                Apply(bytes, changes[i].Position);
            }
            else
            {
                Resize(changes[i].Position);
            }
        }

        if (whole < changes.Length && changes[whole].Bytes is { } torn) Apply(torn.AsSpan(0, random.Next(torn.Length + 1)), changes[whole].Position);
    }

    private void LoseSectors(Random random)
    {
        var written = Bytes.ToArray();
        var shorter = Math.Min(written.Length, _durable.Length);
        var longer = Math.Max(written.Length, _durable.Length);
        Restore(_durable);
        Resize(random.Next(3) switch { 0 => shorter, 1 => longer, _ => random.Next(shorter, longer + 1) });
        for (var at = 0; at < Math.Min(written.Length, Length); at += SectorBytes)
        {
            if (random.Next(2) == 0) continue;
            var end = Math.Min(at + SectorBytes, Math.Min(written.Length, Length));
            written.AsSpan(at, end - at).CopyTo(_current.AsSpan(at));
        }
    }

    private void Restore(byte[] bytes) => (_current, Length) = (bytes.ToArray(), bytes.Length);

    private void Apply(ReadOnlySpan<byte> bytes, int position)
    {
        if (bytes.IsEmpty) return;
        if (position + bytes.Length > Length) Resize(position + bytes.Length);
        bytes.CopyTo(_current.AsSpan(position));
    }

    private void Resize(int length)
    {
        if (length > _current.Length) Array.Resize(ref _current, Math.Max(length, _current.Length * 2));
        if (length < Length) Array.Clear(_current, length, Length - length);
        Length = length;
    }

    /// <param name="Position">Where the bytes went; without bytes, the new length.</param>
    private sealed record Change(int Position, byte[]? Bytes);
}
