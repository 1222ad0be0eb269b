using System.Globalization;
using Akka.TestKit.Xunit2.Internals;
using Xunit;
using Xunit.Sdk;

namespace Akka.TestKit.Xunit2;

/// <summary>Lets tests fail with the exceptions of xUnit.net.</summary>
public class XunitAssertions : ITestKitAssertions
{
    public void Fail(string format = "", params object[] args) => Assert.Fail(Text(format, args));

    public void AssertTrue(bool condition, string format = "", params object[] args)
    {
        if (!condition)
        {
            Assert.True(condition, Text(format, args));
        }
    }

    public void AssertFalse(bool condition, string format = "", params object[] args)
    {
        if (condition)
        {
            Assert.False(condition, Text(format, args));
        }
    }

    /// <summary>Equal as <see cref="Assert.Equal{T}(T, T)"/> has it: collections by their elements.</summary>
    public void AssertEqual<T>(T expected, T actual, string format = "", params object[] args)
    {
        try
        {
            Assert.Equal(expected, actual);
        }
        catch (XunitException different)
        {
            throw new AkkaEqualException($"{Text(format, args)}{Environment.NewLine}{different.Message}".Trim());
        }
    }

    public void AssertEqual<T>(T expected, T actual, Func<T, T, bool> comparer, string format = "", params object[] args)
    {
        ArgumentNullException.ThrowIfNull(comparer);
        if (!comparer(expected, actual))
        {
            throw new AkkaEqualException(
                $"{Text(format, args)}{Environment.NewLine}Expected: {expected}{Environment.NewLine}Actual:   {actual}".Trim());
        }
    }

    private static string Text(string format, object[] args)
    {
        try
        {
            return string.Format(CultureInfo.InvariantCulture, format, args);
        }
        catch (FormatException)
        {
            return $"{format} [{string.Join(", ", args)}]";   // a text with braces: the failure itself must not be lost
        }
    }
}
