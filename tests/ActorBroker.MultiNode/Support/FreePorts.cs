using System.Net;
using System.Net.Sockets;

namespace ActorBroker.MultiNode.Support;

/// <summary>Ports for nodes that must know each other's before they start.</summary>
/// <remarks>Below the range from which the operating system takes ports for outgoing connections, so that none is lost between two starts
/// of a node; another start for each process of tests, and no port twice in one.</remarks>
internal static class FreePorts
{
    private const int First = 15_000;
    private const int Count = 15_000;
    private const int Stride = 15;

    private static int _taken = Environment.ProcessId % (Count / Stride) * Stride;

    public static int Take()
    {
        for (var attempt = 0; attempt < Count; attempt++)
        {
            var port = First + (Interlocked.Increment(ref _taken) % Count);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"no port from {First} to {First + Count} is free");
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
