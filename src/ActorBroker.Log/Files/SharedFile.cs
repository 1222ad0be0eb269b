namespace ActorBroker.Log.Files;

/// <summary>An open file with a count of its users, so that a flush on another thread may outlive the log's interest in the file.</summary>
/// <remarks>The log holds one use and every flush ticket one; whoever gives the last one back closes the file. Only this counting is thread-safe.</remarks>
internal sealed class SharedFile(ILogFile file)
{
    private int _users = 1;

    public ILogFile File { get; } = file;

    public SharedFile Share()
    {
        var users = Interlocked.Increment(ref _users);
        Check.That(users > 1);
        return this;
    }

    public void Release()
    {
        var users = Interlocked.Decrement(ref _users);
        Check.That(users >= 0);
        if (users == 0) File.Dispose();
    }
}
