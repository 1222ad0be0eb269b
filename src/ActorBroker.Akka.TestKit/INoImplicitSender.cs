namespace Akka.TestKit;

/// <summary>A test kit that says so is not the sender of what its tests tell.</summary>
public interface INoImplicitSender
{
}
