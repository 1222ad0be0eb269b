namespace ActorBroker.Sessions;

/// <summary>Numbers of a request's parts. Nearly all requests have a few: those cost no memory.</summary>
internal struct PartSet
{
    private const int BitCount = 64;
    private ulong _bits;
    private HashSet<int>? _others;

    public readonly int Count => System.Numerics.BitOperations.PopCount(_bits) + (_others?.Count ?? 0);

    /// <param name="part">From 0.</param>
    /// <returns>Whether it was not there.</returns>
    public bool Add(int part)
    {
        if (part >= BitCount)
        {
            return (_others ??= []).Add(part);
        }

        var before = _bits;
        _bits |= 1UL << part;
        return _bits != before;
    }

    /// <returns>Whether it was there.</returns>
    public bool Remove(int part)
    {
        if (part >= BitCount)
        {
            return _others is not null && _others.Remove(part);
        }

        var before = _bits;
        _bits &= ~(1UL << part);
        return _bits != before;
    }

    /// <summary>Takes all out, lowest first.</summary>
    public List<int> TakeAll()
    {
        var all = new List<int>(Count);
        for (var part = 0; part < BitCount; part++)
        {
            if ((_bits & (1UL << part)) != 0)
            {
                all.Add(part);
            }
        }

        all.AddRange(_others?.Order() ?? Enumerable.Empty<int>());
        this = default;
        return all;
    }
}
