using System.Globalization;

namespace Akka.Util;

/// <summary>Version of an application, for rolling updates: numbers that count as numbers, then whatever follows '-' or '+'.
/// A version with such a rest is older than the one without.</summary>
public sealed class AppVersion : IComparable<AppVersion>, IEquatable<AppVersion>
{
    private readonly int[] _numbers;
    private readonly string _rest;

    private AppVersion(string version, int[] numbers, string rest)
    {
        Version = version;
        _numbers = numbers;
        _rest = rest;
    }

    public static AppVersion Zero { get; } = Create("0.0.0");

    public static AppVersion AssemblyVersion { get; } = Create(typeof(AppVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0");

    /// <summary>As it was written.</summary>
    public string Version { get; }

    /// <exception cref="ArgumentException">Not of the form <c>1.2.3</c>, <c>1.2.3-rest</c> or <c>1.2.3+rest</c>, or a single word.</exception>
    public static AppVersion Create(string version)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(version);
        var end = version.IndexOfAny(['-', '+']);
        var numbers = (end < 0 ? version : version[..end]).Split('.');
        var parsed = new int[Math.Max(3, numbers.Length)];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!int.TryParse(numbers[i], NumberStyles.None, CultureInfo.InvariantCulture, out parsed[i]))
            {
                // One word, as a commit's hash, is a version too: it comes before all numbers.
                return numbers.Length == 1 && numbers[0].Length > 0
                    ? new AppVersion(version, [0, 0, 0], version)
                    : throw new ArgumentException($"Unsupported version format [{version}]: expected numbers with dots between them.", nameof(version));
            }
        }

        return new AppVersion(version, parsed, end < 0 ? "" : version[(end + 1)..]);
    }

    public int CompareTo(AppVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        for (var i = 0; i < Math.Max(_numbers.Length, other._numbers.Length); i++)
        {
            var order = At(_numbers, i).CompareTo(At(other._numbers, i));
            if (order != 0)
            {
                return order;
            }
        }

        return (_rest.Length, other._rest.Length) switch
        {
            (0, 0) => 0,
            (0, _) => 1,
            (_, 0) => -1,
            _ => string.CompareOrdinal(_rest, other._rest),
        };
    }

    public bool Equals(AppVersion? other) => other is not null && CompareTo(other) == 0;

    public override bool Equals(object? obj) => Equals(obj as AppVersion);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        var significant = _numbers.Length;
        while (significant > 0 && _numbers[significant - 1] == 0)
        {
            significant--;
        }

        for (var i = 0; i < significant; i++)
        {
            hash.Add(_numbers[i]);
        }

        hash.Add(_rest, StringComparer.Ordinal);
        return hash.ToHashCode();
    }

    public override string ToString() => Version;

    private static int At(int[] numbers, int index) => index < numbers.Length ? numbers[index] : 0;
}
