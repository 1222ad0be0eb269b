using System.Net.Sockets;
using ActorBroker.Benchmarks.Cluster;

namespace ActorBroker.Benchmarks.Kill;

/// <summary>A client that goes on whatever happens to the node: a connection that breaks is made again.</summary>
internal abstract class Worker(int port)
{
    private static readonly TimeSpan BeforeNext = TimeSpan.FromMilliseconds(10);

    /// <summary>Works until it is told to end.</summary>
    /// <exception cref="PromiseBrokenException">The broker must never do what it did.</exception>
    public async Task RunAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                using var client = await KafkaClient.ConnectAsync(port, end);
                await TalkAsync(client, end);
            }
            catch (Exception cause) when (cause is IOException or SocketException)
            {
                await PauseAsync(BeforeNext, end);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Works over one connection, until it breaks.</summary>
    protected abstract Task TalkAsync(KafkaClient client, CancellationToken end);

    protected static async Task PauseAsync(TimeSpan time, CancellationToken end)
    {
        try
        {
            await Pause.ForAsync(time, end);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // RunAsync looks whether it is over.
        }
    }
}
