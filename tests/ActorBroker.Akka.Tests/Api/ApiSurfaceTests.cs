using System.Reflection;
using Akka.Actor;

namespace AkkaSpecs;

/// <summary>
/// The members that Akka.NET 1.5 has on its most used types, as its published API lists them. Code that is written for
/// Akka.NET binds to these, so each must be here with that signature (more may be here).
/// </summary>
public sealed class ApiSurfaceTests
{
    private const BindingFlags Visible =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy;

    public static TheoryData<string, string> Members()
    {
        var members = new TheoryData<string, string>();
        var type = "";
        foreach (var line in Lines())
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                type = line[2..].Trim();
            }
            else if (line.Length > 0)
            {
                members.Add(type, line.Trim());
            }
        }

        return members;
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void A_member_of_Akkas_API_is_here(string typeName, string member)
    {
        var type = Find(typeName);
        var signatures = Signatures(type).ToHashSet();

        Assert.True(
            signatures.Contains(member),
            $"{typeName} has no\n  {member}\nIt has\n  {string.Join("\n  ", signatures.Order())}");
    }

    private static IEnumerable<string> Lines()
    {
        using var text = typeof(ApiSurfaceTests).Assembly.GetManifestResourceStream("akka-api.txt")
            ?? throw new InvalidOperationException("akka-api.txt is not embedded.");
        using var reader = new StreamReader(text);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private static Type Find(string name) =>
        typeof(ActorSystem).Assembly.GetType(name)
        ?? typeof(Akka.TestKit.TestKitBase).Assembly.GetType(name)
        ?? throw new InvalidOperationException($"No type {name}.");

    private static IEnumerable<string> Signatures(Type type)
    {
        foreach (var method in type.GetMethods(Visible).Where(m => !m.IsPrivate && !m.IsAssembly && !m.IsSpecialName))
        {
            yield return $"{Static(method)}{Name(method.ReturnType)} {method.Name}{Generic(method)}({Parameters(method)})";
        }

        foreach (var property in type.GetProperties(Visible).Where(p => p.GetMethod is { IsPrivate: false, IsAssembly: false }))
        {
            yield return $"{Static(property.GetMethod!)}{Name(property.PropertyType)} {property.Name}";
        }

        foreach (var field in type.GetFields(Visible).Where(f => !f.IsPrivate && !f.IsAssembly))
        {
            yield return field.IsLiteral && field.FieldType == typeof(string)
                ? $"const {field.Name} = {field.GetRawConstantValue()}"
                : $"{(field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}";
        }

        foreach (var constructor in type.GetConstructors(Visible).Where(c => !c.IsPrivate && !c.IsAssembly && !c.IsStatic))
        {
            yield return $"new({Parameters(constructor)})";
        }
    }

    private static string Static(MethodBase method) => method.IsStatic ? "static " : "";

    private static string Generic(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";

    private static string Parameters(MethodBase method) => string.Join(
        ", ",
        method.GetParameters().Select(p =>
            (p.IsOut ? "out " : p.IsDefined(typeof(ParamArrayAttribute), false) ? "params " : "")
            + Name(p.ParameterType)
            + (p.HasDefaultValue ? " =" : "")));

    private static string Name(Type type)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Name(value) + "?";
        }

        var keyword = type switch
        {
            _ when type == typeof(void) => "void",
            _ when type == typeof(object) => "object",
            _ when type == typeof(string) => "string",
            _ when type == typeof(bool) => "bool",
            _ when type == typeof(int) => "int",
            _ when type == typeof(long) => "long",
            _ when type == typeof(double) => "double",
            _ when type == typeof(uint) => "uint",
            _ => null,
        };
        if (keyword is not null)
        {
            return keyword;
        }

        var name = type.Name;
        var tick = name.IndexOf('`', StringComparison.Ordinal);
        return tick < 0
            ? name
            : $"{name[..tick]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
