using Xunit.Sdk;

namespace Akka.TestKit.Xunit2.Internals;

/// <summary>Two values should have been equal.</summary>
public class AkkaEqualException : XunitException
{
    public AkkaEqualException(string message)
        : base(message)
    {
    }
}
