using ActorBroker.Node;

return await NodeCommand.RunAsync(args, Console.Out, Console.Error).ConfigureAwait(false);
