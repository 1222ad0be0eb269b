using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;

namespace ActorBroker.Sessions.Transport;

/// <summary>One receive or send at a time on a socket. A failure is its result: the base library's own methods that return tasks throw it, which
/// takes ten times as long as the operation.</summary>
/// <remarks>Owner: the connection. Awaited by one at a time, on the thread on which the system tells of the end.</remarks>
internal sealed class SocketOperation() : SocketAsyncEventArgs(true), IValueTaskSource, IValueTaskSource<SocketError>
{
    private ManualResetValueTaskSourceCore<SocketError> _done;

    /// <summary>Done when there is something to receive, if only an error or the end. Receives nothing.</summary>
    public ValueTask WaitAsync(Socket socket)
    {
        _done.Reset();
        return socket.ReceiveAsync(this) ? new ValueTask(this, _done.Version) : ValueTask.CompletedTask;    // a receive of no bytes only looks
    }

    /// <summary>Done when all of it is sent.</summary>
    public ValueTask<SocketError> SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        BufferList = null;
        SetBuffer(MemoryMarshal.AsMemory(bytes));
        return SendAsync(socket);
    }

    /// <summary>Done when all of it is sent.</summary>
    public ValueTask<SocketError> SendAsync(Socket socket, List<ArraySegment<byte>> parts)
    {
        SetBuffer(default(Memory<byte>));
        BufferList = parts;
        return SendAsync(socket);
    }

    void IValueTaskSource.GetResult(short token) => _done.GetResult(token);

    SocketError IValueTaskSource<SocketError>.GetResult(short token) => _done.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _done.GetStatus(token);

    ValueTaskSourceStatus IValueTaskSource<SocketError>.GetStatus(short token) => _done.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _done.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource<SocketError>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _done.OnCompleted(continuation, state, token, flags);

    protected override void OnCompleted(SocketAsyncEventArgs e) => _done.SetResult(SocketError);

    private ValueTask<SocketError> SendAsync(Socket socket)
    {
        _done.Reset();
        return socket.SendAsync(this) ? new ValueTask<SocketError>(this, _done.Version) : new ValueTask<SocketError>(SocketError);
    }
}
