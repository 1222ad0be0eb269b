using System.Globalization;

namespace ActorBroker.Log;

/// <summary>Names of the files of a segment: its base offset as 20 decimal digits, and a suffix that tells the content. Kafka's names.</summary>
internal static class SegmentFileName
{
    public const string Log = ".log";
    public const string OffsetIndex = ".index";
    public const string TimeIndex = ".timeindex";
    public const string ProducerSnapshot = ".snapshot";

    /// <summary>Behind a complete name: on its way out. Behind a folder's name too.</summary>
    public const string DeletedSuffix = ".deleted";

    /// <summary>Behind a segment's name: set aside by recovery, never read again.</summary>
    public const string CutSuffix = ".cut";

    private const int Digits = 20;

    public static string Of(Offset baseOffset, string suffix)
    {
        Check.That(baseOffset >= Offset.Zero);
        return baseOffset.Value.ToString("D20", CultureInfo.InvariantCulture) + suffix;
    }

    /// <summary>Reads a name strictly: 20 digits that fit an offset, then exactly the suffix. Anything else is somebody else's file.</summary>
    public static bool TryParse(string name, string suffix, out Offset baseOffset)
    {
        baseOffset = Offset.None;
        if (name.Length != Digits + suffix.Length || !name.EndsWith(suffix, StringComparison.Ordinal)) return false;
        var digits = name.AsSpan(0, Digits);
        if (digits.ContainsAnyExceptInRange('0', '9')) return false;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return false;
        baseOffset = new Offset(value);
        return true;
    }
}
