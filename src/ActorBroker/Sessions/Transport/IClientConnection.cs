namespace ActorBroker.Sessions.Transport;

/// <summary>The bytes to and from one client. One receive and one send may be under way at a time.</summary>
/// <remarks>Owned by one session. The seam behind which a simulation puts its own network.</remarks>
public interface IClientConnection : IDisposable
{
    /// <summary>The client's address, for logs.</summary>
    string Client { get; }

    /// <summary>The same without the port.</summary>
    string Address { get; }

    /// <summary>Bytes of answers that the client has taken, or its system for it; rises while a long answer is being sent.</summary>
    long BytesTaken { get; }

    /// <summary>Receives at least one byte; 0 when the client has closed its side. Without a buffer it waits until there is something to
    /// receive, if only the end, and receives nothing.</summary>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Has the receive that is under way end with an <see cref="OperationCanceledException"/> if nothing has come yet.</summary>
    void InterruptReceive();

    /// <summary>Sends all segments, in order. The memory must stay untouched until the task is done.</summary>
    ValueTask SendAsync(IReadOnlyList<ReadOnlyMemory<byte>> segments);
}

/// <summary>A bound address that clients connect to.</summary>
public interface IClientListener : IDisposable
{
    string Host { get; }

    /// <summary>The port that is listened on; never 0.</summary>
    int Port { get; }

    /// <summary>Waits for the next client.</summary>
    Task<IClientConnection> AcceptAsync();
}
