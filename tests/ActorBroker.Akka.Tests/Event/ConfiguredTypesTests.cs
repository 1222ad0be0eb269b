using Akka.Util;

namespace AkkaSpecs;

public sealed class ConfiguredTypesTests
{
    [Theory]
    [InlineData("Akka.Util.ConfiguredTypes, Akka")]
    [InlineData("Akka.Util.ConfiguredTypes, Akka.Persistence")]
    [InlineData("Akka.Util.ConfiguredTypes")]
    public void A_name_with_an_assembly_of_Akka_is_found_in_this_runtime(string name) =>
        Assert.Equal(typeof(ConfiguredTypes), ConfiguredTypes.Find(name));

    [Fact]
    public void A_name_with_the_programs_own_assembly_is_found_there() =>
        Assert.Equal(typeof(ConfiguredTypesTests), ConfiguredTypes.Find(typeof(ConfiguredTypesTests).AssemblyQualifiedName!));

    [Theory]
    [InlineData("Akka.TestKit.TestScheduler, Akka.TestKit")]
    [InlineData("Akka.TestKit.Xunit2.TestKit, Akka.TestKit.Xunit2")]
    public void A_name_of_the_test_kit_is_found_in_ours(string name) => Assert.NotNull(ConfiguredTypes.Find(name));

    [Theory]
    [InlineData("")]
    [InlineData("Nobody.Has.This, Akka")]
    [InlineData("Nobody.Has.This, No.Such.Assembly")]
    [InlineData("[[,,")]
    public void A_name_that_nobody_has_is_null(string name) => Assert.Null(ConfiguredTypes.Find(name));
}
