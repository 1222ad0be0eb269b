using System.Text;
using ActorBroker.Log.Files;
using ActorBroker.Messages;
using ActorBroker.Storage;
using ActorBroker.Tests.Support;

namespace ActorBroker.Tests.Storage;

public sealed class PeersFileTests : IDisposable
{
    private const string One = "akka.tcp://ActorBroker@127.0.0.1:2551";
    private const string Two = "akka.tcp://ActorBroker@127.0.0.1:2552";
    private const string Three = "akka.tcp://ActorBroker@127.0.0.1:2553";
    private static readonly (NodeId, string)[] TwoAndThree = [(new NodeId(2), Two), (new NodeId(3), Three)];
    private readonly TemporaryFolder _folder = new();
    private readonly DiskFiles _files = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_and_nothing_is_not_an_error()
    {
        Assert.Empty(PeersFile.Read(_files, _folder.Path));
        PeersFile.Write(_files, _folder.Path, TwoAndThree);
        Assert.Equal(TwoAndThree, PeersFile.Read(_files, _folder.Path));
    }

    [Fact]
    public void Lines_that_cannot_be_read_are_left_out()
    {
        _files.Replace(Path.Combine(_folder.Path, "cluster.peers"), Encoding.UTF8.GetBytes($"2 {Two}\nnonsense\n-1 {One}\n4 akka://local\n3 {Three}"));
        Assert.Equal(TwoAndThree, PeersFile.Read(_files, _folder.Path));
    }

    [Fact]
    public void Without_configured_seeds_only_the_lowest_number_may_found_a_cluster_anew()
    {
        Assert.Equal([One, Two, Three], PeersFile.Seeds([], TwoAndThree, new NodeId(1), One));
        Assert.Equal([One, Three], PeersFile.Seeds([], [(new NodeId(1), One), (new NodeId(3), Three)], new NodeId(2), Two));
        Assert.Equal([Two, Three], PeersFile.Seeds([], TwoAndThree, new NodeId(1), null));
    }

    [Fact]
    public void Configured_seeds_come_first_and_stay_alone_when_nobody_is_known()
    {
        Assert.Equal([Three, Two], PeersFile.Seeds([Three], TwoAndThree, new NodeId(1), One));
        Assert.Equal([Three], PeersFile.Seeds([Three], [], new NodeId(1), One));
        Assert.Empty(PeersFile.Seeds([], [], new NodeId(1), One));
    }
}
