namespace ActorBroker.Fuzz.Running;

/// <summary>A part of the broker that takes bytes from outside, and what it promises about all of them.</summary>
/// <remarks>Owner: the one thread of a <see cref="FuzzRun"/>. Whatever <see cref="Try"/> throws is a finding, so it catches the errors that
/// are documented, and nothing else.</remarks>
internal abstract class FuzzTarget : IDisposable
{
    /// <summary>Where it is listed, and what its inputs are reproduced by.</summary>
    public abstract string Name { get; }

    public abstract IReadOnlyList<FuzzSeed> Seeds { get; }

    /// <summary>Bytes that mean something there, put into inputs now and then; a text format has some.</summary>
    public virtual IReadOnlyList<byte[]> Words => [];

    /// <summary>Of all inputs of a run, how many parts go to this target: the slow ones have few.</summary>
    public virtual int Weight => 10;

    /// <summary>How much memory that stays the whole run may take.</summary>
    public virtual long GrowthMax => 32L * 1024 * 1024;

    /// <summary>Makes a mutated input pass checks that would hide what lies behind them, such as a checksum.</summary>
    public virtual byte[] Repair(FuzzSeed seed, byte[] input, Random random) => input;

    /// <summary>Gives an input to the part.</summary>
    /// <exception cref="FuzzFailure">It broke a promise that no exception tells about.</exception>
    public abstract void Try(FuzzSeed seed, byte[] input);

    /// <summary>Most bytes that <see cref="Try"/> may allocate on its thread; the default is the bound of request decoding.</summary>
    public virtual long AllocatedMax(FuzzSeed seed, int inputBytes) => (100L * inputBytes) + (64 * 1024);

    /// <summary>Looks after the whole, every some hundred inputs and at the end.</summary>
    public virtual void Inspect()
    {
    }

    public virtual void Dispose()
    {
    }
}
