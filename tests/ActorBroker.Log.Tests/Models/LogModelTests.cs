using FsCheck.Fluent;
using Xunit.Sdk;

namespace ActorBroker.Log.Tests.Models;

public sealed class LogModelTests
{
    [Fact]
    public void Whatever_is_done_to_it_a_log_behaves_like_a_list_and_keeps_what_was_flushed() =>
        Properties.Holds(Gen.Choose(0, int.MaxValue), seed => Run(seed, steps: 60), runs: 500);

    private static bool Run(int seed, int steps)
    {
        var model = new LogModel(seed);
        try
        {
            for (var i = 0; i < steps; i++) model.Step();
            return true;
        }
        catch (Exception failure)
        {
            throw new XunitException($"seed {seed}: {failure.Message}\n{string.Join('\n', model.Trace)}\n{failure}");
        }
    }
}
