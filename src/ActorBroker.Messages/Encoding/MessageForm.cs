using ActorBroker.Messages.Sessions;

namespace ActorBroker.Messages.Encoding;

/// <summary>How one type of message is written and read.</summary>
/// <param name="Manifest">Letters for the type, then the version of its fields. Part of the protocol: it never changes.</param>
internal sealed record MessageForm(Type Type, string Manifest, Func<ISessionMessage, byte[]> Write, Func<byte[], ISessionMessage> Read)
{
    public static MessageForm Of<T>(string manifest, Action<PayloadWriter, T> write, ReadItem<T> read)
        where T : ISessionMessage => Of(manifest, _ => 128, write, read);

    /// <param name="size">Of what will be written; exact for large messages, so that they are copied once.</param>
    public static MessageForm Of<T>(string manifest, Func<T, int> size, Action<PayloadWriter, T> write, ReadItem<T> read)
        where T : ISessionMessage => new(
            typeof(T),
            manifest,
            message =>
            {
                var writer = new PayloadWriter(size((T)message));
                write(writer, (T)message);
                return writer.ToArray();
            },
            bytes =>
            {
                var reader = new PayloadReader(bytes);
                return read(ref reader);
            });
}
