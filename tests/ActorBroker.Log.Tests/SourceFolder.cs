namespace ActorBroker.Log.Tests;

/// <summary>Finds the source tree from where the tests run.</summary>
internal static class SourceFolder
{
    public static string Root { get; } = Find();

    public static string OfTests => Path.Combine(Root, "tests", "ActorBroker.Log.Tests");

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ActorBroker.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"ActorBroker.sln is not above {AppContext.BaseDirectory}: run the tests from the source tree.");
    }
}
