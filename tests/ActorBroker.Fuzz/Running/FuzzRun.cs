using System.Diagnostics;
using System.Text;

namespace ActorBroker.Fuzz.Running;

/// <summary>Gives a target the inputs [from, from + count) of a seed, on a thread of its own, and watches over it.</summary>
/// <remarks>An input depends on target, seed and number alone, so that each can be made again by itself.</remarks>
internal sealed class FuzzRun(FuzzTarget target, int seed)
{
    /// <summary>Longest that one input may take. Far more than any needs: the machine may be busy with other things.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int InputsPerInspection = 500;
    private const int KindsMax = 20;

    /// <summary>Small, so that what goes deeper with every byte is found by inputs of some kilobytes.</summary>
    private const int StackBytes = 512 * 1024;

    private readonly Mutator _mutator = new(target.Seeds, target.Words);
    private readonly Dictionary<string, Finding> _findings = [];
    private long _began;
    private long _number;

    /// <summary>How many inputs have been tried.</summary>
    public long Tried { get; private set; }

    /// <summary>How much longer-lived memory there was after the run than before it, in bytes.</summary>
    public long Growth { get; private set; }

    /// <summary>The longest that an input took.</summary>
    public TimeSpan Longest { get; private set; }

    /// <param name="hang">Is told about an input that takes longer than <see cref="Patience"/>; the run is given up, its thread left.</param>
    public IReadOnlyCollection<Finding> Run(long from, long count, Action<string> hang)
    {
        Exception? broken = null;
        var worker = new Thread(() => broken = Work(from, count), StackBytes) { IsBackground = true, Name = target.Name };
        worker.Start();
        while (!worker.Join(250))
        {
            var began = Volatile.Read(ref _began);
            if (began != 0 && Stopwatch.GetElapsedTime(began) > Patience)
            {
                hang($"{target.Name}, seed {seed}, input {Volatile.Read(ref _number)} takes longer than {Patience}. Again: "
                    + $"dotnet run -c Release --project tests/ActorBroker.Fuzz -- --target {target.Name} --seed {seed} --from {_number} --inputs 1");
                return _findings.Values;
            }
        }

        return broken is null ? _findings.Values : throw new InvalidOperationException($"{target.Name}, seed {seed}, input {_number}: the run itself failed", broken);
    }

    /// <summary>The seed that an input is made of, and the input.</summary>
    public (FuzzSeed Seed, byte[] Bytes) Make(long number)
    {
        var random = new Random(Mix(target.Name, seed, number));
        var from = target.Seeds[random.Next(target.Seeds.Count)];
        return (from, target.Repair(from, _mutator.Mutate(from.Bytes, random), random));
    }

    private Exception? Work(long from, long count)
    {
        try
        {
            foreach (var each in target.Seeds)
            {
                target.Try(each, each.Bytes);    // right bytes break no promise, and warm what is measured
            }

            var before = GC.GetTotalMemory(forceFullCollection: true);
            for (_number = from; _number < from + count && _findings.Count < KindsMax; _number++)
            {
                var (made, bytes) = Make(_number);
                One(made, bytes);
                Tried++;
                if (Tried % InputsPerInspection == 0 || Tried == count)
                {
                    target.Inspect();
                }
            }

            Growth = GC.GetTotalMemory(forceFullCollection: true) - before;
            return null;
        }
#pragma warning disable CA1031 // goes to the thread that waits
        catch (Exception failed)
#pragma warning restore CA1031
        {
            return failed;
        }
    }

    private void One(FuzzSeed from, byte[] bytes)
    {
        var failed = Failure(from, bytes);
        if (failed is not { } failure || _findings.ContainsKey(failure.Kind))
        {
            return;
        }

        _findings.Add(failure.Kind, new Finding(target.Name, seed, _number, from.Name, failure.Kind, failure.What, Smallest(from, bytes, failure.Kind)));
    }

    /// <summary>What an input does wrong; null when it does not.</summary>
    private (string Kind, string What)? Failure(FuzzSeed from, byte[] bytes)
    {
        var began = Stopwatch.GetTimestamp();
        Volatile.Write(ref _began, began);
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Try(from, bytes);
        }
        catch (FuzzFailure failure)
        {
            return (failure.Message.Split(':')[0], failure.Message);
        }
#pragma warning disable CA1031 // any other exception is what is looked for
        catch (Exception wrong)
#pragma warning restore CA1031
        {
            var frame = wrong.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("ActorBroker", StringComparison.Ordinal) || line.Contains("Akka", StringComparison.Ordinal))?.Trim() ?? "";
            return ($"{wrong.GetType().Name} {frame}", wrong.ToString());
        }
        finally
        {
            var took = Stopwatch.GetElapsedTime(began);
            Longest = took > Longest ? took : Longest;
            Volatile.Write(ref _began, 0);
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var max = target.AllocatedMax(from, bytes.Length);
        return allocated <= max ? null : ("allocation", $"{allocated} bytes are allocated for {bytes.Length}, at most {max}");
    }

    /// <summary>Leaves out parts, halves of them at last, as long as it fails in the same way.</summary>
    private byte[] Smallest(FuzzSeed from, byte[] bytes, string kind)
    {
        for (var part = Math.Max(1, bytes.Length / 2); part > 0; part /= 2)
        {
            for (var at = 0; at < bytes.Length && bytes.Length <= 1 << 16;)
            {
                byte[] less = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + part)..]];
                if (Failure(from, less)?.Kind == kind)
                {
                    bytes = less;
                }
                else
                {
                    at += part;
                }
            }
        }

        return bytes;
    }

    /// <summary>FNV-1a over the name, then a multiplicative mix.</summary>
    private static int Mix(string name, int seed, long number)
    {
        var mixed = 14695981039346656037UL;
        foreach (var letter in Encoding.UTF8.GetBytes(name))
        {
            mixed = unchecked((mixed ^ letter) * 1099511628211UL);
        }

        mixed = unchecked((mixed ^ (uint)seed) * 0x9E3779B97F4A7C15UL);
        mixed = unchecked((mixed ^ (mixed >> 29) ^ (ulong)number) * 0xBF58476D1CE4E5B9UL);
        return (int)((mixed ^ (mixed >> 32)) & int.MaxValue);
    }
}
