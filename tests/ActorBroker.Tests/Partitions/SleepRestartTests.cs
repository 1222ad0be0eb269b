using ActorBroker.Controller;
using ActorBroker.Log;
using ActorBroker.Partitions;

namespace ActorBroker.Tests.Partitions;

/// <summary>What a node finds of its partitions when it is started again.</summary>
public sealed class SleepRestartTests
{
    private const string NoTicks = "broker.partition.idle-timeout=1d";
    private const string ForEver = "broker.log.retention-age=infinite";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_clean_stop_a_partition_sleeps_and_goes_on_in_its_term(bool sleptBefore)
    {
        await using var pair = await MovePair.StartAsync(NoTicks, ForEver);
        await pair.StoreAsync(pair.A, "a");
        if (sleptBefore)
        {
            await SleepTests.FallAsleepAsync(pair.A);
        }

        await RestartAsync(pair);

        Assert.Equal(1, (await pair.A.NextAsync<LeaderElected>()).Epoch.Value);
        Assert.False(File.Exists(BookOf(pair)));
        Assert.False(await SleepTests.IsAwakeAsync(pair.A));
        await pair.StoreAsync(pair.A, "b");
        Assert.Equal([1, 1], (await pair.ReadAllAsync(pair.A)).Epochs);
    }

    [Fact]
    public async Task A_partition_that_was_never_used_has_no_folder_after_a_restart_either()
    {
        await using var pair = await MovePair.StartAsync(NoTicks, ForEver);
        await RestartAsync(pair);

        Assert.Equal(1, (await pair.A.NextAsync<LeaderElected>()).Epoch.Value);
        Assert.False(Directory.Exists(pair.A.Storage.FolderOf(MovePair.Name)));
        await pair.StoreAsync(pair.A, "a");
        Assert.Equal([1], (await pair.ReadAllAsync(pair.A)).Epochs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_crash_a_partition_is_opened_in_a_new_term(bool isAsleep)
    {
        await using var pair = await MovePair.StartAsync(NoTicks, ForEver);
        await pair.StoreAsync(pair.A, "a");
        if (isAsleep)
        {
            await SleepTests.FallAsleepAsync(pair.A);
        }

        await pair.A.DisposeAsync();
        await pair.StartNodeAsync(1);
        pair.Publish(pair.Partition);

        Assert.Equal(2, (await pair.A.NextAsync<LeaderElected>()).Epoch.Value);
        Assert.True(await SleepTests.IsAwakeAsync(pair.A));
        Assert.Equal(["a"], (await pair.ReadAllAsync(pair.A)).Values);
    }

    [Fact]
    public async Task A_crash_after_a_clean_restart_finds_no_old_book()
    {
        await using var pair = await MovePair.StartAsync(NoTicks, ForEver);
        await pair.StoreAsync(pair.A, "a");
        await RestartAsync(pair);
        await pair.A.NextAsync<LeaderElected>();

        await pair.A.DisposeAsync();
        await pair.StartNodeAsync(1);
        pair.Publish(pair.Partition);

        Assert.Equal(2, (await pair.A.NextAsync<LeaderElected>()).Epoch.Value);
    }

    [Fact]
    public async Task A_damaged_book_is_not_believed_wherever_the_damage_is()
    {
        await using var pair = await MovePair.StartAsync(NoTicks, ForEver);
        await pair.StoreAsync(pair.A, "a");
        await pair.A.CloseAsync();
        var whole = await File.ReadAllBytesAsync(BookOf(pair));
        for (var at = 0; at < whole.Length; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0x10;
            Assert.False(SleepBook.TryDecode(damaged, out _), $"byte {at}");
            Assert.False(SleepBook.TryDecode(whole.AsSpan(0, at), out _), $"{at} bytes");
        }

        whole[20] ^= 1;
        await File.WriteAllBytesAsync(BookOf(pair), whole);
        await pair.StartNodeAsync(1);
        pair.Publish(pair.Partition);

        Assert.Equal(2, (await pair.A.NextAsync<LeaderElected>()).Epoch.Value);
        Assert.Equal(["a"], (await pair.ReadAllAsync(pair.A)).Values);
        Assert.False(File.Exists(BookOf(pair)));
    }

    [Fact]
    public async Task Files_that_are_not_as_the_book_says_begin_a_new_term_when_they_are_opened()
    {
        await using var pair = await MovePair.StartAsync(NoTicks, ForEver);
        await pair.StoreAsync(pair.A, "a");
        await pair.A.CloseAsync();
        File.Delete(Path.Combine(pair.A.Storage.FolderOf(MovePair.Name), "clean-close.checkpoint"));
        await pair.StartNodeAsync(1);
        pair.Publish(pair.Partition);
        Assert.Equal(1, (await pair.A.NextAsync<LeaderElected>()).Epoch.Value);

        await pair.StoreAsync(pair.A, "b");

        Assert.Equal(2, (await pair.A.NextAsync<LeaderElected>()).Epoch.Value);
        Assert.Equal([1, 2], (await pair.ReadAllAsync(pair.A)).Epochs);
    }

    [Fact]
    public async Task A_term_above_that_of_the_book_was_led_by_somebody_else()
    {
        await using var pair = await MovePair.StartAsync(NoTicks, ForEver);
        await pair.StoreAsync(pair.A, "a");
        await pair.A.CloseAsync();
        await pair.StartNodeAsync(1);
        pair.Publish(pair.Partition with { Epoch = new LeaderEpoch(5) });

        Assert.Equal(6, (await pair.A.NextAsync<LeaderElected>()).Epoch.Value);
    }

    private static async Task RestartAsync(MovePair pair)
    {
        await pair.A.CloseAsync();
        Assert.True(File.Exists(BookOf(pair)));
        await pair.StartNodeAsync(1);
        pair.Publish(pair.Partition);
    }

    private static string BookOf(MovePair pair) => Path.Combine(pair.A.Storage.DataFolder, "partitions.asleep");
}
