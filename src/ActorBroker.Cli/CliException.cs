namespace ActorBroker.Cli;

/// <summary>Ends the command with exit code 1. The message is one line that names the thing, its value and what to do.</summary>
internal class CliException : Exception
{
    public CliException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}

/// <summary>The command was called wrongly: exit code 2.</summary>
internal sealed class UsageException(string message) : CliException(message);
