namespace ActorBroker.Sessions.Transport;

/// <summary>What <see cref="IClientConnection.Receive"/> found beside bytes.</summary>
public static class ReceiveOutcome
{
    /// <summary>There is nothing now.</summary>
    public const int Nothing = 0;

    /// <summary>Nothing will come any more: the client has closed its side, or the connection is lost.</summary>
    public const int End = -1;
}

/// <summary>The bytes to and from one client. One wait and one send may be under way at a time. A connection that is lost is an outcome, not an
/// exception: clients that come and go must cost little.</summary>
/// <remarks>Owned by one session. The seam behind which a simulation puts its own network.</remarks>
public interface IClientConnection : IDisposable
{
    /// <summary>The client's address, for logs.</summary>
    string Client { get; }

    /// <summary>The same without the port.</summary>
    string Address { get; }

    /// <summary>Bytes of answers that the client has taken, or its system for it; rises while a long answer is being sent.</summary>
    long BytesTaken { get; }

    /// <summary>Why the connection was lost; null as long as that is not known.</summary>
    string? Loss { get; }

    /// <summary>Done when there may be something to receive, if only the end. Ends without an exception when this is disposed, too.</summary>
    ValueTask WaitAsync();

    /// <summary>Receives what is there and does not wait.</summary>
    /// <param name="buffer">Not empty.</param>
    /// <returns>So many bytes, or a <see cref="ReceiveOutcome"/>.</returns>
    int Receive(Span<byte> buffer);

    /// <summary>Sends all segments, in order. The memory must stay untouched until the task is done.</summary>
    /// <returns>False when the connection is lost; what of the segments was sent is not known then.</returns>
    ValueTask<bool> SendAsync(IReadOnlyList<ReadOnlyMemory<byte>> segments);
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
