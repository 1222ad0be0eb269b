using System.Text.RegularExpressions;

namespace ActorBroker.Tests.Conventions;

/// <summary>Files of at most 600 lines, members of at most 70.</summary>
public static partial class CodeSizes
{
    public const int FileLinesMax = 600;
    public const int MemberLinesMax = 70;

    public static IEnumerable<Finding> LongFiles(SourceFile file)
    {
        if (file.IsGenerated || file.LineCount <= FileLinesMax) yield break;
        yield return new Finding(file.Path, FileLinesMax + 1, $"{file.LineCount} lines, at most {FileLinesMax}: move the second concept to a file of its own.");
    }

    /// <summary>Measures every member with a body in braces, from the first line of its head. A field with an initializer is a table
    /// and may be long.</summary>
    public static IEnumerable<Finding> LongMembers(SourceFile file)
    {
        if (file.IsGenerated) yield break;
        var blocks = new Stack<(bool IsType, bool IsMember, int HeadAt)>();
        var headAt = 0;
        var code = file.Code;
        var parentheses = 0;
        for (var at = 0; at < code.Length; at++)
        {
            switch (code[at])
            {
                case '(':
                    parentheses++;
                    break;
                case ')':
                    parentheses--;
                    break;
                case ';' when parentheses == 0:
                    headAt = at + 1;
                    break;
                case '{':
                    var head = code[headAt..at];
                    var isInType = blocks.Count == 0 || blocks.Peek().IsType;
                    var isType = isInType && IsType(head);
                    blocks.Push((isType, isInType && !isType && !IsField(head), headAt));
                    headAt = isType || !isInType ? at + 1 : headAt;
                    break;
                case '}' when blocks.Count > 0:
                    var block = blocks.Pop();
                    var from = file.LineAt(block.HeadAt + LeadingSpace(code, block.HeadAt, at));
                    var lines = file.LineAt(at) - from + 1;
                    if (block.IsMember && lines > MemberLinesMax)
                    {
                        yield return new Finding(file.Path, from, $"{lines} lines in one member, at most {MemberLinesMax}: give its parts names.");
                    }

                    headAt = at + 1;
                    break;
                default:
                    break;
            }
        }
    }

    private static int LeadingSpace(string code, int from, int to) => code.Length - code.AsSpan(from).TrimStart().Length - from is var space && from + space < to ? space : 0;

    private static bool IsType(string head) => TypeWord().IsMatch(GenericConstraints().Replace(head, ""));

    /// <summary>True when an equals sign stands outside parentheses and before any arrow: a field or a property's initial value.</summary>
    private static bool IsField(string head)
    {
        var depth = 0;
        for (var i = 0; i < head.Length; i++)
        {
            depth += head[i] is '(' or '[' or '<' ? 1 : head[i] is ')' or ']' || (head[i] == '>' && i > 0 && head[i - 1] != '=') ? -1 : 0;
            if (depth > 0 || head[i] != '=') continue;
            if (i + 1 < head.Length && head[i + 1] == '>') return false;
            if (i + 1 < head.Length && head[i + 1] != '=' && head[i - 1] is not ('=' or '!')) return true;
        }

        return false;
    }

    [GeneratedRegex(@"\b(class|struct|interface|enum|record|namespace)\s+\w")]
    private static partial Regex TypeWord();

    [GeneratedRegex(@"\bwhere\s+\w+\s*:[^{]*")]
    private static partial Regex GenericConstraints();
}
