namespace Akka.Configuration.Hocon;

/// <summary>Turns text into values, for includes: what an include callback returns.</summary>
public class Parser
{
    /// <inheritdoc cref="HoconParser.Parse(string, Func{string, HoconRoot})"/>
    public static HoconRoot Parse(string text, Func<string, HoconRoot>? includeCallback) => HoconParser.Parse(text, includeCallback);
}
