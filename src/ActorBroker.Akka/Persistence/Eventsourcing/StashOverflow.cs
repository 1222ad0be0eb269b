using Akka.Configuration;

namespace Akka.Persistence;

/// <summary>The actor fails with a <see cref="Actor.StashOverflowException"/>.</summary>
public class ThrowOverflowExceptionStrategy : IStashOverflowStrategy
{
    private ThrowOverflowExceptionStrategy()
    {
    }

    public static ThrowOverflowExceptionStrategy Instance { get; } = new();
}

/// <summary>The command becomes a dead letter.</summary>
public class DiscardToDeadLetterStrategy : IStashOverflowStrategy
{
    private DiscardToDeadLetterStrategy()
    {
    }

    public static DiscardToDeadLetterStrategy Instance { get; } = new();
}

/// <summary>The sender gets an answer and the command is dropped.</summary>
public sealed class ReplyToStrategy(object response) : IStashOverflowStrategy
{
    public object Response { get; } = response;
}

/// <inheritdoc cref="ThrowOverflowExceptionStrategy"/>
public sealed class ThrowExceptionConfigurator : IStashOverflowStrategyConfigurator
{
    public IStashOverflowStrategy Create(Config config) => ThrowOverflowExceptionStrategy.Instance;
}

/// <inheritdoc cref="DiscardToDeadLetterStrategy"/>
public sealed class DiscardConfigurator : IStashOverflowStrategyConfigurator
{
    public IStashOverflowStrategy Create(Config config) => DiscardToDeadLetterStrategy.Instance;
}
