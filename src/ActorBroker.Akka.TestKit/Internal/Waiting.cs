namespace Akka.TestKit.Internal;

/// <summary>How a member of the kit waits: the plain ones block the test's thread, the Async ones give it up.</summary>
internal enum Waiting
{
    Blocking,
    Asynchronous,
}
