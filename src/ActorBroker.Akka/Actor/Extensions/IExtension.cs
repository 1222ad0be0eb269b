namespace Akka.Actor;

/// <summary>An object of which each system has one.</summary>
public interface IExtension
{
}
