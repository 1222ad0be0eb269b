using ActorBroker.Messages;
using ActorBroker.Storage;
using ActorBroker.Tests.Support;

namespace ActorBroker.Tests.Storage;

public sealed class DataFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Identity => Path.Combine(_folder.Path, "node.properties");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_is_the_same_each_time()
    {
        var id = Claim(1);

        Assert.NotEqual(Guid.Empty, id);
        Assert.Equal(id, Claim(1));
    }

    [Fact]
    public void Folders_of_before_there_were_ids_get_one()
    {
        File.WriteAllText(Identity, "node.id=1\n");

        var id = Claim(1);

        Assert.NotEqual(Guid.Empty, id);
        Assert.Equal(id, Claim(1));
        Assert.Contains("node.id=1", File.ReadAllLines(Identity));
    }

    [Fact]
    public void What_a_crash_left_of_the_first_start_is_no_obstacle()
    {
        File.WriteAllText(Identity + ".new", "node.id=9\nfold");

        Assert.Equal(Claim(1), Claim(1));
    }

    [Fact]
    public void Another_nodes_folder_is_refused()
    {
        Claim(1);

        Assert.Contains("node.id=1", Refusal(2), StringComparison.Ordinal);
    }

    /// <summary>A new id would tell the cluster that everything in the folder is lost.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\0\0\0\0\0\0\0\0")]
    [InlineData("node.id=")]
    [InlineData("node.id=one\nfolder.id=0f8fad5b-d9cb-469f-a165-70867728950e\n")]
    [InlineData("node.id=1\nfolder.id=\n")]
    [InlineData("node.id=1\nfolder.id=0f8fad5b-d9cb\n")]
    [InlineData("node.id=1\nfolder.id=00000000-0000-0000-0000-000000000000\n")]
    [InlineData("folder.id=0f8fad5b-d9cb-469f-a165-70867728950e\n")]
    public void A_damaged_identity_is_refused_and_left_alone(string content)
    {
        File.WriteAllText(Identity, content);

        Assert.Contains("node.properties", Refusal(1), StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(Identity));
    }

    [Fact]
    public void A_folder_in_use_is_refused_until_it_is_free()
    {
        using (DataFolder.Claim(_folder.Path, new NodeId(1), deleteAtEnd: false))
        {
            Assert.Contains("another node uses it", Refusal(1), StringComparison.Ordinal);
        }

        Claim(1);
    }

    private Guid Claim(int node)
    {
        using var folder = DataFolder.Claim(_folder.Path, new NodeId(node), deleteAtEnd: false);
        return folder.Id;
    }

    private string Refusal(int node) =>
        Assert.Throws<NodeStartException>(() => DataFolder.Claim(_folder.Path, new NodeId(node), deleteAtEnd: false)).Message;
}
