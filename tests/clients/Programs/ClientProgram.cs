namespace ActorBroker.Clients.Acceptance.Programs;

/// <summary>One client program of the suite.</summary>
/// <param name="Install">The command that installs it, run as root in the top folder of the repository.</param>
/// <param name="IsHere">Looks for it; called once.</param>
internal sealed record ClientProgram(string Name, string Install, Func<Task<bool>> IsHere)
{
    private readonly Lazy<Task<bool>> _isHere = new(IsHere);

    /// <summary>Skips the calling test, or fails it where clients are required, when the program is missing.</summary>
    public async Task RequireAsync()
    {
        if (await _isHere.Value) return;
        var message = $"{Name} is not installed. Install it with: {Install}";
        if (Environment.GetEnvironmentVariable(ClientPrograms.RequireVariable) == "1") Assert.Fail(message);
        Skip.If(true, message);
    }
}
