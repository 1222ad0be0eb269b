using System.Text;
using Akka.Actor;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Remote.Serialization;

/// <summary>A message on its way along a selection. Identifier 6, no manifest.</summary>
/// <remarks>SelectionEnvelope: payload 1: Payload, pattern 2: repeated {type 1: enum 1 parent, 2 child name, 3 child pattern;
/// matcher 2: string}. Source: Akka.NET. A selection of all descendants travels as the pattern <c>**</c>.</remarks>
public sealed class MessageContainerSerializer(ExtendedActorSystem system) : Serializer(system)
{
    private const ulong Parent = 1;
    private const ulong ChildName = 2;
    private const ulong ChildPattern = 3;
    private const int ElementsMax = 256;

    private readonly PayloadSupport _payloads = new(system);

    public override int Identifier => 6;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj)
    {
        if (obj is not ActorSelectionMessage selection)
        {
            throw new ArgumentException($"Cannot serialize object of type [{obj?.GetType()}].");
        }

        var envelope = new Proto().Message(1, _payloads.ToProto(selection.Message));
        foreach (var element in selection.Elements)
        {
            envelope.Message(2, element switch
            {
                SelectParent => new Proto().Number(1, Parent),
                SelectChildName name => new Proto().Number(1, ChildName).Text(2, name.Name),
                SelectChildPattern pattern => new Proto().Number(1, ChildPattern).Text(2, pattern.PatternStr),
                _ => new Proto().Number(1, ChildPattern).Text(2, SelectChildRecursive.Instance.ToString()),
            });
        }

        return envelope.ToArray();
    }

    public override object FromBinary(byte[] bytes, Type type)
    {
        object? message = null;
        var elements = new List<SelectionPathElement>();
        var fields = new ProtoSpan(bytes);
        while (fields.Next())
        {
            if (fields.Field == 1)
            {
                message = _payloads.FromProto(fields.Bytes);
            }
            else if (fields.Field == 2 && elements.Count < ElementsMax)
            {
                elements.Add(Element(fields.Bytes));
            }
        }

        return fields.IsBroken || message is null ? throw PayloadSupport.Broken() : new ActorSelectionMessage(message, [.. elements]);
    }

    private static SelectionPathElement Element(ReadOnlySpan<byte> bytes)
    {
        ulong type = 0;
        var matcher = "";
        var fields = new ProtoSpan(bytes);
        while (fields.Next())
        {
            type = fields.Field == 1 ? fields.Number : type;
            matcher = fields.Field == 2 ? Encoding.UTF8.GetString(fields.Bytes) : matcher;
        }

        return (type, matcher) switch
        {
            (Parent, _) => SelectParent.Instance,
            (ChildName, _) => new SelectChildName(matcher),
            (ChildPattern, "**") => SelectChildRecursive.Instance,
            (ChildPattern, _) => new SelectChildPattern(matcher),
            _ => throw PayloadSupport.Broken(),
        };
    }
}
