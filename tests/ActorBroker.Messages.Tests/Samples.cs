using System.Collections.Immutable;
using System.Reflection;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Messages.Tests;

/// <summary>Messages of every type with random contents, made from the types themselves.</summary>
internal static class Samples
{
    private static readonly string[] Texts = ["", "orders", "naïve 漢字 🎉", new('x', 300)];

    public static IReadOnlyList<Type> Types { get; } =
        [.. typeof(ISessionMessage).Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && typeof(ISessionMessage).IsAssignableFrom(type))
            .OrderBy(type => type.Name, StringComparer.Ordinal)];

    public static ISessionMessage Make(Type type, Random random) => (ISessionMessage)Value(type, random)!;

    private static object? Value(Type type, Random random) => type switch
    {
        _ when type == typeof(int) => Number(random),
        _ when type == typeof(long) => (long)Number(random) << random.Next(32),
        _ when type == typeof(short) => (short)Number(random),
        _ when type == typeof(sbyte) => (sbyte)random.Next(-1, 2),
        _ when type == typeof(bool) => random.Next(2) == 0,
        _ when type == typeof(string) => Texts[random.Next(Texts.Length)],
        _ when type == typeof(Guid) => new Guid(Bytes(random, 16)),
        _ when type == typeof(ReadOnlyMemory<byte>) => new ReadOnlyMemory<byte>(Bytes(random, random.Next(200))),
        _ when type == typeof(ImmutableDictionary<string, string>) =>
            Enumerable.Range(0, random.Next(4)).ToImmutableDictionary(i => "key" + i, _ => Texts[random.Next(Texts.Length)]),
        _ when type.IsEnum => Enum.GetValues(type).GetValue(random.Next(Enum.GetValues(type).Length)),
        _ when Nullable.GetUnderlyingType(type) is { } inner => random.Next(3) == 0 ? null : Value(inner, random),
        _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) => Array(type, random),
        _ => Record(type, random),
    };

    private static object Array(Type type, Random random)
    {
        var item = type.GenericTypeArguments[0];
        var items = System.Array.CreateInstance(item, random.Next(4));
        for (var i = 0; i < items.Length; i++)
        {
            items.SetValue(Value(item, random), i);
        }

        return typeof(ImmutableArray).GetMethods().First(method => method.Name == nameof(ImmutableArray.Create) && method.GetParameters() is [{ ParameterType.IsArray: true }])
            .MakeGenericMethod(item).Invoke(null, [items])!;
    }

    private static object Record(Type type, Random random)
    {
        if (type.GetField("Instance", BindingFlags.Public | BindingFlags.Static) is { } only)
        {
            return only.GetValue(null)!;
        }

        var constructor = type.GetConstructors().OrderByDescending(one => one.GetParameters().Length).First();
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter => Value(parameter.ParameterType, random))]);
    }

    private static int Number(Random random) => random.Next(4) switch
    {
        0 => -1,
        1 => 0,
        2 => int.MaxValue,
        _ => random.Next(),
    };

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
