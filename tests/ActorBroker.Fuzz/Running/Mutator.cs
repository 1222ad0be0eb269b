using System.Buffers.Binary;

namespace ActorBroker.Fuzz.Running;

/// <summary>Makes wrong bytes of right ones. All chance comes from the generator that is handed in.</summary>
internal sealed class Mutator(IReadOnlyList<FuzzSeed> seeds, IReadOnlyList<byte[]> words)
{
    /// <summary>How much longer than its seed an input may be.</summary>
    private const int GrowthMax = 16 * 1024;

    private static readonly byte[] InterestingBytes = [0x00, 0x01, 0x02, 0x7f, 0x80, 0x81, 0xfe, 0xff, 0x0f, 0x10, 0x3f, 0x40];

    private static readonly long[] InterestingNumbers =
        [0, 1, -1, -2, 127, 128, 255, 256, 32767, 32768, 65535, 65536, int.MaxValue, int.MaxValue - 1, int.MinValue, 1L << 32, long.MaxValue, long.MinValue, 1 << 20, 1 << 30, 1_000_000];

    /// <summary>One to four changes, mostly one or two.</summary>
    public byte[] Mutate(byte[] original, Random random)
    {
        var bytes = new List<byte>(original);
        for (var changes = 1 + Math.Min(random.Next(4), random.Next(4)); changes > 0; changes--)
        {
            if (bytes.Count == 0)
            {
                Insert(bytes, random);
            }

            Change(bytes, random);
            if (bytes.Count > original.Length + GrowthMax)
            {
                bytes.RemoveRange(original.Length + GrowthMax, bytes.Count - original.Length - GrowthMax);
            }
        }

        return [.. bytes];
    }

    private void Change(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count);
        switch (random.Next(words.Count > 0 ? 17 : 14))
        {
            case 0 or 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                bytes[at] = InterestingBytes[random.Next(InterestingBytes.Length)];
                break;
            case 3:
                bytes[at] = (byte)random.Next(256);
                break;
            case 4 or 5:
                Number(bytes, at, random, (_, length) => random.Next(4) == 0 ? length + random.Next(-2, 3) : InterestingNumbers[random.Next(InterestingNumbers.Length)]);
                break;
            case 6:
                Number(bytes, at, random, (before, _) => unchecked(before + (random.Next(2) == 0 ? random.Next(1, 17) : -random.Next(1, 17))));
                break;
            case 7:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 8:
                bytes.RemoveRange(at, Length(bytes.Count - at, random));
                break;
            case 9:
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, Length(bytes.Count - at, random)));
                break;
            case 10:
                Insert(bytes, random);
                break;
            case 11:
                Splice(bytes, at, random);
                break;
            case 12:
                ExtendVarInt(bytes, at, random);
                break;
            case 13:
                var filled = InterestingBytes[random.Next(InterestingBytes.Length)];
                for (var end = at + Length(bytes.Count - at, random); at < end; at++) bytes[at] = filled;
                break;
            default:
                Word(bytes, at, random);
                break;
        }
    }

    /// <summary>Small ones mostly.</summary>
    private static int Length(int max, Random random) => Math.Min(max, random.Next(4) == 0 ? random.Next(1, max + 1) : random.Next(1, 17));

    private static void Insert(List<byte> bytes, Random random)
    {
        var inserted = new byte[random.Next(1, 17)];
        random.NextBytes(inserted);
        bytes.InsertRange(random.Next(bytes.Count + 1), inserted);
    }

    /// <summary>Puts a number of two, four or eight bytes in the place of another.</summary>
    private static void Number(List<byte> bytes, int at, Random random, Func<long, int, long> change)
    {
        var width = 1 << random.Next(1, 4);
        if (bytes.Count < width)
        {
            return;
        }

        at = Math.Min(at, bytes.Count - width);
        Span<byte> number = stackalloc byte[8];
        number.Clear();
        var isBig = random.Next(3) > 0;
        var field = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes).Slice(at, width);
        if (isBig)
        {
            field.CopyTo(number[(8 - width)..]);
            BinaryPrimitives.WriteInt64BigEndian(number, change(BinaryPrimitives.ReadInt64BigEndian(number), bytes.Count));
            number[(8 - width)..].CopyTo(field);
        }
        else
        {
            field.CopyTo(number);
            BinaryPrimitives.WriteInt64LittleEndian(number, change(BinaryPrimitives.ReadInt64LittleEndian(number), bytes.Count));
            number[..width].CopyTo(field);
        }
    }

    /// <summary>Goes on with the end of another seed.</summary>
    private void Splice(List<byte> bytes, int at, Random random)
    {
        var other = seeds[random.Next(seeds.Count)].Bytes;
        if (other.Length == 0)
        {
            return;
        }

        var from = random.Next(2) == 0 ? Math.Min(at, other.Length) : random.Next(other.Length);
        bytes.RemoveRange(at, bytes.Count - at);
        bytes.AddRange(other.AsSpan(from));
    }

    /// <summary>Has a number of variable length go on, too long or with the greatest value.</summary>
    private static void ExtendVarInt(List<byte> bytes, int at, Random random)
    {
        if (random.Next(2) == 0)
        {
            bytes[at] |= 0x80;
            return;
        }

        var length = random.Next(1, 11);
        bytes[at] = (byte)(random.Next(3) == 0 ? 0x00 : random.Next(2) == 0 ? 0x0f : 0x01);
        bytes.InsertRange(at, Enumerable.Repeat((byte)(random.Next(2) == 0 ? 0xff : 0x80), length));
    }

    private void Word(List<byte> bytes, int at, Random random)
    {
        var word = words[random.Next(words.Count)];
        if (random.Next(2) == 0)
        {
            bytes.RemoveRange(at, Length(bytes.Count - at, random));
        }

        bytes.InsertRange(at, word);
    }
}
