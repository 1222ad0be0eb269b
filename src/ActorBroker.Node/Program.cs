using ActorBroker.Node;

// What a socket has done is told to its actor right away, on the thread that waits for sockets: that takes no time, and saves waking
// another thread. The runtime reads this when the first socket is made; what the environment says stays.
const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
{
    Environment.SetEnvironmentVariable(InlineCompletions, "1");
}

return await NodeCommand.RunAsync(args, Console.Out, Console.Error).ConfigureAwait(false);
