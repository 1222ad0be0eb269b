using ActorBroker.Cli;

using var io = CliIo.OfProcess();
return await CommandLine.RunAsync(args, io);
