namespace Akka.Persistence.Serialization;

/// <summary>Written by <see cref="PersistenceMessageSerializer"/>.</summary>
public interface IMessage
{
}
