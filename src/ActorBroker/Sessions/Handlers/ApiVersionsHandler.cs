using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Tells what is served (KIP-35, KIP-511).</summary>
internal sealed class ApiVersionsHandler(Func<RequestTable> table) : RequestHandler<ApiVersionsRequest>(ApiKey.ApiVersions, 0, 4)
{
    protected override void Handle(PendingRequest request, ApiVersionsRequest body)
    {
        if (request.Header.Version >= 3 && !(IsClientText(body.ClientSoftwareName) && IsClientText(body.ClientSoftwareVersion)))
        {
            request.Reply(table().Describe(ErrorCode.InvalidRequest));
            return;
        }

        request.Reply(table().Describe(ErrorCode.None));
    }

    /// <summary>Letters, digits, '-' and '.', beginning and ending with a letter or digit (KIP-511).</summary>
    private static bool IsClientText(string text)
    {
        if (text.Length == 0 || !char.IsAsciiLetterOrDigit(text[0]) || !char.IsAsciiLetterOrDigit(text[^1]))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.'))
            {
                return false;
            }
        }

        return true;
    }
}
