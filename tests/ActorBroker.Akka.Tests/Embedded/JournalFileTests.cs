using System.Text;
using ActorBroker.LocalFiles;
using FsCheck;
using FsCheck.Fluent;

namespace AkkaSpecs.Embedded;

/// <summary>The file below the journal, with every kind of end it may have.</summary>
public sealed class JournalFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("journal-file-tests-").FullName;

    private string FilePath => Path.Combine(_folder, "p.journal");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Each_prefix_of_a_file_opens_with_the_writes_that_are_whole()
    {
        var ends = new List<long>();
        using (var file = Open())
        {
            ends.Add(file.Bytes);
            for (var n = 1; n <= 5; n++)
            {
                file.Append([Event(n)]);
                ends.Add(file.Bytes);
            }
        }

        var whole = File.ReadAllBytes(FilePath);
        for (var length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(FilePath, whole[..length]);
            using var file = Open();

            Assert.Equal(Math.Max(0, ends.Count(end => end <= length) - 1), file.HighestSequenceNr);
            Assert.Equal(length - ends.Where(end => end <= length).DefaultIfEmpty(0).Max(), file.CutBytes);
        }
    }

    [Fact]
    public void A_changed_byte_before_the_last_write_is_always_noticed()
    {
        long lastAt;
        using (var file = Open())
        {
            for (var n = 1; n <= 3; n++)
            {
                file.Append([Event(n)]);
            }

            lastAt = file.Bytes;
            file.Append([Event(4)]);
        }

        var whole = File.ReadAllBytes(FilePath);
        Prop.ForAll(
            Gen.Choose(0, (int)lastAt - 1).ToArbitrary(),
            Gen.Choose(1, 255).ToArbitrary(),
            (at, change) =>
            {
                var damaged = (byte[])whole.Clone();
                damaged[at] ^= (byte)change;
                File.WriteAllBytes(FilePath, damaged);
                var error = Assert.Throws<LocalFileCorruptException>(() => Open().Dispose());
                Assert.Equal(FilePath, error.FilePath);
                Assert.InRange(error.Position, 0, at);
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_changed_byte_in_the_last_write_costs_that_write_alone()
    {
        long lastAt;
        using (var file = Open())
        {
            file.Append([Event(1)]);
            lastAt = file.Bytes;
            file.Append([Event(2)]);
        }

        var whole = File.ReadAllBytes(FilePath);
        for (var at = (int)lastAt; at < whole.Length; at++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 0x10;
            File.WriteAllBytes(FilePath, damaged);
            using var file = Open();

            Assert.Equal(1, file.HighestSequenceNr);
            Assert.Equal(whole.Length - lastAt, file.CutBytes);
        }
    }

    [Fact]
    public void Any_bytes_open_or_are_refused_by_name() => Prop.ForAll<byte[]>(bytes =>
    {
        File.WriteAllBytes(FilePath, bytes);
        try
        {
            using var file = Open();
            Assert.Equal(bytes.Length, file.CutBytes);
        }
        catch (LocalFileCorruptException refused)
        {
            Assert.Equal(FilePath, refused.FilePath);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Events_come_back_as_they_were()
    {
        var written = new StoredEvent(7, 123456789, "writer", "event manifest ü", 17, "serializer manifest", Encoding.UTF8.GetBytes("payload"));
        using (var file = Open())
        {
            file.Append([Event(5), Event(6)]);
            file.Append([written]);
        }

        using var again = Open();
        var read = again.Read(7, 7).Single();

        Assert.Equal(written with { Payload = default }, read with { Payload = default });
        Assert.Equal(written.Payload.ToArray(), read.Payload.ToArray());
        Assert.Equal([6L], again.Read(6, 6).Select(one => one.SequenceNr));
        Assert.Equal([5L, 6L, 7L], again.Read(1, long.MaxValue).Select(one => one.SequenceNr));
    }

    [Fact]
    public void Deletions_and_the_last_number_outlive_a_compaction()
    {
        var file = Open();
        for (var n = 1; n <= 10; n++)
        {
            file.Append([Event(n)]);
        }

        file.DeleteTo(10);
        file.DeleteTo(3);
        var before = file.Bytes;
        file = file.Compacted("p");
        Assert.True(file.Bytes < before);
        file.Append([Event(11)]);
        file.Dispose();

        using var again = Open();
        Assert.Equal(10, again.DeletedTo);
        Assert.Equal(11, again.HighestSequenceNr);
        Assert.Equal([11L], again.Read(1, long.MaxValue).Select(one => one.SequenceNr));
    }

    [Fact]
    public void A_file_of_another_id_is_refused()
    {
        Open().Dispose();

        var error = Assert.Throws<LocalFileCorruptException>(() => JournalFile.Open(FilePath, "q", mustFlush: false));

        Assert.Contains("'p' and not to 'q'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("simple-id_1.x", "simple-id_1.x")]
    [InlineData("../up", "%2e./up")]
    [InlineData("a/b", "a%2fb")]
    [InlineData("-dash", "%2ddash")]
    [InlineData("é", "%c3%a9")]
    [InlineData("", "")]
    public void Ids_become_names_of_files(string id, string name) =>
        Assert.Equal(name.Replace("/", "%2f", StringComparison.Ordinal), Akka.Persistence.Snapshot.FileNames.Escape(id));

    [Fact]
    public void Long_ids_become_names_that_differ_and_fit()
    {
        var (one, two) = (new string('é', 500) + "1", new string('é', 500) + "2");

        Assert.NotEqual(Akka.Persistence.Snapshot.FileNames.Escape(one), Akka.Persistence.Snapshot.FileNames.Escape(two));
        Assert.True(Akka.Persistence.Snapshot.FileNames.Escape(one).Length < 220);
    }

    private static StoredEvent Event(long number) => new(number, 1, "writer", "", 17, "S", Encoding.UTF8.GetBytes($"event {number}"));

    private JournalFile Open() => JournalFile.Open(FilePath, "p", mustFlush: false);
}
