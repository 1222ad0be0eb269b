using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>Paths of keys, <c>a.b."c.d"</c>.</summary>
internal static class HoconPath
{
    public static List<string> Split(string path)
    {
        var keys = new List<string>();
        var key = new StringBuilder();
        var isQuoted = false;
        foreach (var c in path)
        {
            if (c == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (c == '.' && !isQuoted)
            {
                keys.Add(key.ToString());
                key.Clear();
            }
            else
            {
                key.Append(c);
            }
        }

        keys.Add(key.ToString());
        return keys;
    }
}
