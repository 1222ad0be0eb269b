namespace Akka.TestKit;

/// <summary>A filter that mutes until it is unmuted or disposed.</summary>
public interface IUnmutableFilter : IDisposable
{
    void Unmute();
}
