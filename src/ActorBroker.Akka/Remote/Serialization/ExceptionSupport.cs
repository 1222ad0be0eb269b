using System.Text;
using Akka.Remote.Wire;

namespace Akka.Remote.Serialization;

/// <summary>Exceptions as texts. No type is loaded: what comes back is a <see cref="RemoteSystemException"/>.</summary>
/// <remarks>ExceptionData: typeName 1, message 2, stackTrace 3, source 4, innerException 5, customFields 6 (not read),
/// typeForwardedFrom 7. Source: Akka.NET.</remarks>
internal static class ExceptionSupport
{
    private const int DepthMax = 16;

    public static Proto ToProto(Exception cause) => ToProto(cause, 0);

    public static RemoteSystemException FromProto(ReadOnlySpan<byte> bytes) => FromProto(bytes, 0);

    private static Proto ToProto(Exception cause, int depth)
    {
        var data = new Proto()
            .Text(1, (cause as RemoteSystemException)?.RemoteType ?? Akka.Serialization.TypeNames.Of(cause.GetType()))
            .Text(2, cause.Message)
            .Text(3, (cause as RemoteSystemException)?.RemoteStackTrace ?? cause.StackTrace)
            .Text(4, cause.Source);
        if (cause.InnerException is { } inner && depth < DepthMax)
        {
            data.Message(5, ToProto(inner, depth + 1));
        }

        return data;
    }

    private static RemoteSystemException FromProto(ReadOnlySpan<byte> bytes, int depth)
    {
        string type = "", message = "", stackTrace = "", source = "";
        RemoteSystemException? inner = null;
        var fields = new ProtoSpan(bytes);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1:
                    type = Encoding.UTF8.GetString(fields.Bytes);
                    break;
                case 2:
                    message = Encoding.UTF8.GetString(fields.Bytes);
                    break;
                case 3:
                    stackTrace = Encoding.UTF8.GetString(fields.Bytes);
                    break;
                case 4:
                    source = Encoding.UTF8.GetString(fields.Bytes);
                    break;
                case 5 when depth < DepthMax:
                    inner = FromProto(fields.Bytes, depth + 1);
                    break;
            }
        }

        return fields.IsBroken
            ? throw PayloadSupport.Broken()
            : new RemoteSystemException(type, message, stackTrace, inner) { Source = source };
    }
}
