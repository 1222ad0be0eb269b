using System.Globalization;
using System.Text;

namespace ActorBroker.Log.Tests;

/// <summary>Data made from a seed, of kinds that make compressors do different things. The compressed vectors were made from it, so its
/// bytes must never change.</summary>
public static class Samples
{
    private static readonly string[] MixedKinds = ["text", "lines", "random", "skewed", "runs"];

    private static readonly string[] Levels = ["debug", "info", "warn", "error"];

    public static IReadOnlyList<string> Kinds { get; } = [.. MixedKinds, "far", "mixed"];

    public static byte[] Make(string kind, ulong seed, int size)
    {
        var random = new SplitMix(seed);
        var bytes = new List<byte>(size + 1024);
        switch (kind)
        {
            case "text": Text(bytes, random, size); break;
            case "lines": Lines(bytes, random, size); break;
            case "random": while (bytes.Count < size) bytes.Add((byte)random.Next()); break;
            case "skewed": while (bytes.Count < size) bytes.Add((byte)(random.Below(16) + random.Below(16) + random.Below(16))); break;
            case "runs": Runs(bytes, random, size); break;
            case "far": Far(bytes, random, size); break;
            case "mixed": Mixed(bytes, random, size); break;
            default: throw new ArgumentException(kind, nameof(kind));
        }

        bytes.RemoveRange(size, bytes.Count - size);
        return [.. bytes];
    }

    private static byte[][] Words(SplitMix random, int count)
    {
        var words = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            words[i] = new byte[3 + random.Below(8)];
            for (var at = 0; at < words[i].Length; at++) words[i][at] = (byte)('a' + random.Below(26));
        }

        return words;
    }

    private static void Text(List<byte> bytes, SplitMix random, int size)
    {
        var words = Words(random, 512);
        while (bytes.Count < size)
        {
            bytes.AddRange(words[Math.Min(random.Below(512), random.Below(512))]);
            bytes.Add(random.Below(12) == 0 ? (byte)'\n' : (byte)' ');
        }
    }

    private static void Lines(List<byte> bytes, SplitMix random, int size)
    {
        var words = Words(random, 64);
        for (var i = 0; bytes.Count < size; i++)
        {
            var level = Levels[random.Below(4)];
            var user = random.Below(5000);
            var latency = random.Below(100000);
            var version = random.Below(3);
            var word = Encoding.ASCII.GetString(words[random.Below(64)]);
            var line = string.Create(
                CultureInfo.InvariantCulture, $"{i:d8} level={level} user={user} latency={latency} path=/api/v{version}/{word}\n");
            bytes.AddRange(Encoding.ASCII.GetBytes(line));
        }
    }

    private static void Runs(List<byte> bytes, SplitMix random, int size)
    {
        while (bytes.Count < size)
        {
            var value = (byte)random.Below(256);
            var count = random.Below(8) == 0 ? random.Below(40000) : 1 + random.Below(1000);
            bytes.AddRange(Enumerable.Repeat(value, count));
        }
    }

    /// <summary>Noise, then the same noise with a byte put in now and then: matches that are long and far away.</summary>
    private static void Far(List<byte> bytes, SplitMix random, int size)
    {
        while (bytes.Count < size / 2) bytes.Add((byte)random.Next());
        var half = bytes.Count;
        while (bytes.Count < size)
        {
            var count = 1 + random.Below(3000);
            var from = bytes.Count - half;
            bytes.AddRange(bytes.GetRange(from, Math.Min(count, bytes.Count - from)));
            bytes.Add((byte)random.Below(256));
        }
    }

    private static void Mixed(List<byte> bytes, SplitMix random, int size)
    {
        while (bytes.Count < size)
        {
            var count = 1 + random.Below(30000);
            var kind = MixedKinds[random.Below(5)];
            bytes.AddRange(Make(kind, random.Next(), count));
        }
    }

    private sealed class SplitMix(ulong seed)
    {
        private ulong _state = seed;

        public ulong Next()
        {
            var z = _state += 0x9e3779b97f4a7c15;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
            z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
            return z ^ (z >> 31);
        }

        public int Below(int bound) => (int)(Next() % (ulong)bound);
    }
}
