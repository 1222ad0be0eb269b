using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorBroker.Clients.Acceptance.Programs;

/// <summary>Creates topics by a CreateTopics request of its own making, so that tests can say partitions and settings.</summary>
/// <remarks>Independent of the broker's own encoder on purpose. Source of the layout: CreateTopics v2, request header v1.</remarks>
internal static class TopicAdmin
{
    private const short CreateTopicsKey = 19;
    private const short Version = 2;
    private const int CorrelationId = 7;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="settings">name=value.</param>
    public static async Task CreateAsync(NodeProcess node, string topic, int partitions, params string[] settings)
    {
        using var client = new TcpClient();
        using var patience = new CancellationTokenSource(Patience);
        await client.ConnectAsync(IPAddress.Loopback, node.Port, patience.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Request(topic, partitions, settings), patience.Token);
        var size = new byte[4];
        await stream.ReadExactlyAsync(size, patience.Token);
        var answer = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
        await stream.ReadExactlyAsync(answer, patience.Token);
        // correlation id, throttle time, topic count, topic name, error code
        var error = BinaryPrimitives.ReadInt16BigEndian(answer.AsSpan(12 + 2 + Encoding.UTF8.GetByteCount(topic)));
        Assert.True(error == 0, string.Create(CultureInfo.InvariantCulture, $"CreateTopics {topic}: error {error}"));
    }

    private static byte[] Request(string topic, int partitions, string[] settings)
    {
        var body = new List<byte>();
        Int16(body, CreateTopicsKey);
        Int16(body, Version);
        Int32(body, CorrelationId);
        Text(body, "clients");
        Int32(body, 1);
        Text(body, topic);
        Int32(body, partitions);
        Int16(body, 1); // replication factor
        Int32(body, 0); // no manual assignment
        Int32(body, settings.Length);
        foreach (var setting in settings)
        {
            Text(body, setting[..setting.IndexOf('=', StringComparison.Ordinal)]);
            Text(body, setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        }
        Int32(body, 30_000); // timeout, ms
        body.Add(0);         // not only validate
        var frame = new List<byte>();
        Int32(frame, body.Count);
        return [.. frame, .. body];
    }

    private static void Text(List<byte> to, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Int16(to, (short)bytes.Length);
        to.AddRange(bytes);
    }

    private static void Int16(List<byte> to, short number)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, number);
        to.AddRange(bytes);
    }

    private static void Int32(List<byte> to, int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        to.AddRange(bytes);
    }
}
