using System.Linq.Expressions;
using System.Reflection;

namespace Akka.Actor;

/// <summary>The ways in which <see cref="Props"/> make instances.</summary>
internal static class ActorProducers
{
    public static IIndirectActorProducer ForType(Type type, object?[]? args)
    {
        RequireActor(type);
        return new ByArguments(type, args ?? []);
    }

    public static IIndirectActorProducer ForConstructor(Type type, ConstructorInfo? constructor, object?[] args)
    {
        RequireActor(type);
        return constructor is null ? new ByArguments(type, args) : new ByConstructor(type, constructor, args);
    }

    /// <summary>The value of one argument of a constructor call.</summary>
    public static object? Evaluate(Expression argument) => argument switch
    {
        ConstantExpression constant => constant.Value,
        MemberExpression { Expression: ConstantExpression closure, Member: FieldInfo field } => field.GetValue(closure.Value),
        UnaryExpression { NodeType: ExpressionType.Convert, Operand: var inner } when !inner.Type.IsValueType && !argument.Type.IsValueType =>
            Evaluate(inner),
        _ => Expression.Lambda<Func<object?>>(Expression.Convert(argument, typeof(object))).Compile(preferInterpretation: true)(),
    };

    private static void RequireActor(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (!typeof(ActorBase).IsAssignableFrom(type))
        {
            throw new ArgumentException($"The type {type} does not derive from ActorBase.", nameof(type));
        }

        if (type.IsAbstract)
        {
            throw new ArgumentException($"The type {type} is abstract: it cannot be made.", nameof(type));
        }
    }

    /// <summary>Looks for the constructor that takes the arguments, at the first use.</summary>
    private sealed class ByArguments(Type type, object?[] args) : IIndirectActorProducer
    {
        private const BindingFlags AnyConstructor = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

        public Type ActorType => type;

        public ActorBase Produce()
        {
            try
            {
                return (ActorBase)Activator.CreateInstance(type, AnyConstructor, null, args, null)!;
            }
            catch (TargetInvocationException failed) when (failed.InnerException is { } cause)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(cause);
                throw;
            }
            catch (MissingMethodException missing)
            {
                throw new TypeLoadException(
                    $"Error while creating actor instance of type {type} with {args.Length} args: ({string.Join(",", args)})", missing);
            }
        }

        public void Release(ActorBase actor)
        {
        }
    }

    private sealed class ByConstructor(Type type, ConstructorInfo constructor, object?[] args) : IIndirectActorProducer
    {
        private readonly ConstructorInvoker _invoker = ConstructorInvoker.Create(constructor);

        public Type ActorType => type;

        public ActorBase Produce() => (ActorBase)_invoker.Invoke(args.AsSpan());

        public void Release(ActorBase actor)
        {
        }
    }
}
