using System.Globalization;
using System.Text;

namespace Akka.Persistence.Snapshot;

/// <summary>Names of files for ids that may be any text.</summary>
internal static class FileNames
{
    /// <summary>UTF-8 bytes beyond which an id is cut and told apart by its hash: file systems take 255, other parts need some.</summary>
    private const int EscapedCharsMax = 150;

    /// <summary>Letters, digits and <c>_</c> <c>.</c> <c>-</c> (not first) stay, every other byte of the UTF-8 becomes <c>%xx</c>. A text too long
    /// for a file's name ends in <c>%%</c> and its SHA-256. Reversible or collision-free; capitals differ where the file system says so.</summary>
    public static string Escape(string id)
    {
        var bytes = Encoding.UTF8.GetBytes(id);
        var name = new StringBuilder();
        foreach (var one in bytes)
        {
            var c = (char)one;
            if (char.IsAsciiLetterOrDigit(c) || c == '_' || (c is '.' or '-' && name.Length > 0))
            {
                name.Append(c);
            }
            else
            {
                name.Append(CultureInfo.InvariantCulture, $"%{one:x2}");
            }
        }

        if (name.Length > EscapedCharsMax)
        {
            name.Length = EscapedCharsMax;
            name.Append("%%").Append(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
        }

        return name.ToString();
    }
}
