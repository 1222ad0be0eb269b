using Akka.Actor;

namespace Akka.TestKit;

/// <summary>A system's <see cref="TestKitSettings"/>, read once.</summary>
public class TestKitExtension : ExtensionIdProvider<TestKitSettings>
{
    public static TestKitSettings For(ActorSystem system) => system.WithExtension<TestKitSettings, TestKitExtension>();

    public override TestKitSettings CreateExtension(ExtendedActorSystem system) =>
        new(system.Settings.Config.WithFallback(TestKitBase.DefaultConfig).GetConfig("akka.test"));
}
