using Akka.TestKit.Xunit2;
using Xunit.Sdk;

namespace AkkaSpecs;

public sealed class AwaitTests : TestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    [Fact]
    public void AwaitAssert_tries_until_the_assertion_holds()
    {
        var tries = 0;

        AwaitAssert(() => Assert.Equal(3, ++tries), TimeSpan.FromSeconds(10), Step);

        Assert.Equal(3, tries);
    }

    [Fact]
    public void AwaitAssert_fails_with_the_last_failure()
    {
        var failure = Assert.Throws<EqualException>(() => AwaitAssert(() => Assert.Equal("never", "ever"), Short, Step));

        Assert.Contains("never", failure.Message);
    }

    [Fact]
    public void AwaitCondition_waits_for_it()
    {
        var tries = 0;

        AwaitCondition(() => ++tries == 3, TimeSpan.FromSeconds(10), Step);

        Assert.Equal(3, tries);
        Assert.ThrowsAny<XunitException>(() => AwaitCondition(() => false, Short, Step, "the moon"));
        Assert.False(AwaitConditionNoThrow(() => false, Short, Step));
        Assert.True(AwaitConditionNoThrow(() => true, Short));
    }

    [Fact]
    public async Task The_asynchronous_forms_do_the_same()
    {
        var tries = 0;

        await AwaitAssertAsync(() => Assert.Equal(3, ++tries), TimeSpan.FromSeconds(10), Step);
        await AwaitAssertAsync(
            async () =>
            {
                await Task.Yield();
                Assert.Equal(6, ++tries);
            },
            TimeSpan.FromSeconds(10),
            Step);
        await AwaitConditionAsync(() => Task.FromResult(++tries == 9), TimeSpan.FromSeconds(10), Step);

        Assert.Equal(9, tries);
        await Assert.ThrowsAnyAsync<XunitException>(() => AwaitConditionAsync(() => Task.FromResult(false), Short));
    }
}
