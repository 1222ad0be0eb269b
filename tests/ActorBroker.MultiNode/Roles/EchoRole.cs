using System.Diagnostics;
using System.Text.Json;
using Akka.Actor;
using Akka.TestKit.MultiNode;

namespace ActorBroker.MultiNode.Roles;

/// <summary>Plays a bare actor system with an actor that answers with what it is told, for the kit's own tests.</summary>
internal static class EchoRole
{
    /// <summary>Results in the system's address.</summary>
    public const string Address = "address";

    /// <summary>Takes a <see cref="Question"/>, results in an <see cref="Answer"/>.</summary>
    public const string Ask = "ask";

    private const string Hocon = """
        akka {
          actor.provider = remote
          coordinated-shutdown.run-by-clr-shutdown-hook = off
          remote {
            testing.faults = on
            retry-gate-closed-for = 200ms
            dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
          }
        }
        """;

    public static async Task<int> RunAsync(RoleAgent agent, Func<Task> obey)
    {
        using var system = ActorSystem.Create("echo", Hocon);
        system.ActorOf(Props.Create(() => new Echo()), "echo");
        agent.Register(Address, _ => Task.FromResult<object?>(((ExtendedActorSystem)system).Provider.DefaultAddress.ToString()));
        agent.Register(Ask, async args => await AskAsync(system, args.Deserialize<Question>()!));
        await agent.AttachAsync(system);
        await obey();
        return 0;
    }

    private static async Task<Answer> AskAsync(ActorSystem system, Question question)
    {
        var began = Stopwatch.GetTimestamp();
        string? text;
        try
        {
            text = await system.ActorSelection(question.Address + "/user/echo").Ask<string>(question.Text, TimeSpan.FromMilliseconds(question.TimeoutMs));
        }
        catch (AskTimeoutException)
        {
            text = null;
        }

        return new Answer(text, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }
}

/// <param name="Address">Of the system whose echo is asked.</param>
internal sealed record Question(string Address, string Text, int TimeoutMs);

/// <param name="Text">Null: none came in time.</param>
internal sealed record Answer(string? Text, double TookMs);
