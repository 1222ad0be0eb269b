using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ActorBroker.Clients.Acceptance.Records;

/// <summary>SHA-256 of what a record says: key, value and headers, null told apart from empty.</summary>
internal static class Fingerprint
{
    public static string Of(KafkaRecord record)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, record.Key);
        Append(hash, record.Value);
        foreach (var header in record.Headers)
        {
            Append(hash, Encoding.UTF8.GetBytes(header.Name));
            Append(hash, header.Value);
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>One checksum of a set of records, whatever their order.</summary>
    public static string OfAll(IEnumerable<KafkaRecord> records) =>
        Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join('\n', records.Select(Of).Order(StringComparer.Ordinal)))));

    private static void Append(IncrementalHash hash, byte[]? bytes)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes?.Length ?? -1);
        hash.AppendData(length);
        hash.AppendData(bytes ?? []);
    }
}
