using System.Collections.Concurrent;
using ActorBroker.Log;
using Akka.Actor;
using static ActorBroker.Client.Tests.Consuming.RecordStore;

namespace ActorBroker.Client.Tests.Consuming;

public sealed class ConsumerActorTests
{
    private readonly ConcurrentQueue<(string Value, long Id, IActorRef From)> _got = new();

    [Fact]
    public async Task No_more_than_the_limit_is_under_way_and_an_acknowledgement_makes_room()
    {
        await using var store = await GroupConsumerTests.FilledAsync(partitions: 1, each: 5);
        var target = Target(store);
        Begin(store, target.Path, maxUnacked: 2);
        await GotAsync("0-0", "0-1");
        Acknowledge(target, 0);
        await GotAsync("0-0", "0-1", "0-2");
        Acknowledge(target, 2, 1);
        await GotAsync("0-0", "0-1", "0-2", "0-3", "0-4");
    }

    [Fact]
    public async Task Only_what_is_acknowledged_without_a_gap_is_committed()
    {
        await using var store = await GroupConsumerTests.FilledAsync(partitions: 1, each: 4);
        var target = Target(store);
        var actor = Begin(store, target.Path);
        await GotAsync("0-0", "0-1", "0-2", "0-3");
        Acknowledge(target, 0, 2);
        await CommittedAsync(store, 1);
        Acknowledge(target, 1);
        await CommittedAsync(store, 3);
        await Outcome(actor.GracefulStop(TimeSpan.FromSeconds(30)));

        Begin(store, target.Path);
        await GotAsync("0-0", "0-1", "0-2", "0-3", "0-3");
    }

    [Fact]
    public async Task What_is_acknowledged_when_the_actor_stops_is_committed()
    {
        await using var store = await GroupConsumerTests.FilledAsync(partitions: 1, each: 2);
        var target = Target(store);
        var actor = Begin(store, target.Path, commitInterval: TimeSpan.FromHours(1));
        await GotAsync("0-0", "0-1");
        actor.Tell(new Ack(1));
        actor.Tell(PoisonPill.Instance);
        await CommittedAsync(store, 1);
        await UntilAsync(async () => (await store.Client.Admin.DescribeGroupAsync("g")).State == "Empty");
    }

    [Fact]
    public async Task A_target_that_has_restarted_gets_again_in_order_what_it_has_not_acknowledged()
    {
        await using var store = await GroupConsumerTests.FilledAsync(partitions: 1, each: 3);
        var target = Target(store);
        Begin(store, target.Path);
        await GotAsync("0-0", "0-1", "0-2");
        Acknowledge(target, 1);
        target.Tell(new Restart(_got.First().From));
        await GotAsync("0-0", "0-1", "0-2", "0-0", "0-2");
        Assert.Equal([1L, 2, 3, 1, 3], _got.Select(delivery => delivery.Id));
    }

    [Fact]
    public async Task Another_target_at_the_same_path_takes_over_what_a_dead_one_has_not_acknowledged()
    {
        await using var store = await GroupConsumerTests.FilledAsync(partitions: 1, each: 3);
        var target = Target(store, "target");
        Begin(store, target.Path);
        await GotAsync("0-0", "0-1", "0-2");
        Acknowledge(target, 0);
        await CommittedAsync(store, 1);
        await Outcome(target.GracefulStop(TimeSpan.FromSeconds(30)));
        await UntilAsync(() => TakesName(store, "target"));
        await GotAsync("0-0", "0-1", "0-2", "0-1", "0-2");
        await store.AddAsync("t", 0, "more");
        await GotAsync("0-0", "0-1", "0-2", "0-1", "0-2", "more");
    }

    [Fact]
    public async Task What_stays_unacknowledged_for_too_long_is_delivered_again()
    {
        await using var store = await GroupConsumerTests.FilledAsync(partitions: 1, each: 2);
        var target = Target(store);
        Begin(store, target.Path, redeliverAfter: TimeSpan.FromMilliseconds(100));
        await UntilAsync(() => _got.Count >= 4);
        Assert.Equal(["0-0", "0-1", "0-0", "0-1"], _got.Take(4).Select(delivery => delivery.Value));
        Acknowledge(target, 0, 1);
        await CommittedAsync(store, 2);
    }

    [Fact]
    public async Task A_rebalance_waits_for_acknowledgements_and_nothing_acknowledged_comes_again()
    {
        await using var store = await GroupConsumerTests.FilledAsync(partitions: 2, each: 2);
        var target = Target(store);
        var first = Begin(store, target.Path);
        await UntilAsync(() => _got.Count == 4);
        var second = Begin(store, target.Path);
        await UntilAsync(async () => (await store.Client.Admin.DescribeGroupAsync("g")).State == "PreparingRebalance");
        Acknowledge(target, 0, 1, 2, 3);
        await UntilAsync(async () => (await store.Client.Admin.DescribeGroupAsync("g")) is { State: "Stable", Members.Length: 2 });
        await store.AddAsync("t", 0, "0-2");
        await store.AddAsync("t", 1, "1-2");
        await UntilAsync(() => _got.Count >= 6);
        Assert.Equal(["0-0", "0-1", "0-2", "1-0", "1-1", "1-2"], _got.Select(delivery => delivery.Value).Order());
        Assert.Equal([first, second], _got.Skip(4).Select(delivery => delivery.From).OrderBy(from => from.Equals(second)));
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_fails_the_actor_and_its_supervisor_decides()
    {
        await using var store = await RecordStore.StartAsync();
        await store.CreateTopicAsync("t");
        await store.AddAsync("t", 0, "1234", "not four bytes");
        var failed = new TaskCompletionSource<Exception>();
        var client = store.Client;
        var target = Target(store);
        var options = new ConsumerActorOptions<string, int> { Target = target.Path, Partitions = [new(At("t"), Start.Earliest)] };
        store.System.ActorOf(Props.Create(() => new Parent(ConsumerActor.Props(client, options), failed)));
        Assert.IsType<RecordFormatException>(await Outcome(failed.Task));
    }

    [Fact]
    public async Task Options_that_make_no_sense_are_refused()
    {
        await using var store = await RecordStore.StartAsync();
        var good = new ConsumerActorOptions<string, string> { Target = store.System.DeadLetters.Path, Topics = ["t"] };
        Assert.Throws<ArgumentException>(() => ConsumerActor.Props(store.Client, good with { Topics = [] }));
        Assert.Throws<ArgumentException>(() => ConsumerActor.Props(store.Client, good with { Partitions = [new(At("t"), Start.Latest)] }));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConsumerActor.Props(store.Client, good with { MaxUnacked = 0 }));
        Assert.Throws<ArgumentException>(() => ConsumerActor.Props(store.Client, good with { Consumer = new() { Delivery = Delivery.AtMostOnce } }));
    }

    private static IActorRef Begin(
        RecordStore store, ActorPath target, int maxUnacked = 100, TimeSpan? redeliverAfter = null, TimeSpan? commitInterval = null) =>
        store.System.ActorOf(ConsumerActor.Props(store.Client, new ConsumerActorOptions<string, string>
        {
            Target = target,
            Topics = ["t"],
            MaxUnacked = maxUnacked,
            RedeliverAfter = redeliverAfter ?? TimeSpan.FromHours(1),
            CommitInterval = commitInterval ?? TimeSpan.FromMilliseconds(5),
            Consumer = new ConsumerOptions<string, string> { GroupId = "g" },
        }));

    private static Task CommittedAsync(RecordStore store, long offset) => UntilAsync(async () =>
        (await store.Client.Admin.GroupOffsetsAsync("g")).TryGetValue(At("t"), out var committed) && committed.Offset == new Offset(offset));

    private IActorRef Target(RecordStore store, string? name = null)
    {
        var got = _got;
        return store.System.ActorOf(Props.Create(() => new Recorder(got)), name);
    }

    /// <summary>The name of a stopped actor is free a little later. Takes it.</summary>
    private bool TakesName(RecordStore store, string name)
    {
        try
        {
            Target(store, name);
            return true;
        }
        catch (InvalidActorNameException)
        {
            return false;
        }
    }

    private async Task GotAsync(params string[] values)
    {
        await UntilAsync(() => _got.Count >= values.Length);
        Assert.Equal(values, _got.Select(delivery => delivery.Value));
    }

    /// <summary>By their places in what the target has got.</summary>
    private void Acknowledge(IActorRef target, params int[] places)
    {
        var got = _got.ToArray();
        foreach (var place in places)
        {
            got[place].From.Tell(new Ack(got[place].Id), target);
        }
    }

    private sealed record Restart(IActorRef ConsumerActor);

    private sealed class Recorder : ReceiveActor
    {
        public Recorder(ConcurrentQueue<(string Value, long Id, IActorRef From)> got)
        {
            Receive<Delivered<string, string>>(delivered => got.Enqueue((delivered.Record.Value, delivered.DeliveryId, Sender)));
            Receive<Restart>(_ => throw new InvalidOperationException("as the test wants it"));
        }

        protected override void PreRestart(Exception reason, object message)
        {
            base.PreRestart(reason, message);
            ((Restart)message).ConsumerActor.Tell(Ready.Instance, Self);
        }
    }

    private sealed class Parent : ReceiveActor
    {
        private readonly TaskCompletionSource<Exception> _failed;

        public Parent(Props child, TaskCompletionSource<Exception> failed)
        {
            _failed = failed;
            Context.ActorOf(child);
        }

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(error =>
        {
            _failed.TrySetResult(error);
            return Directive.Stop;
        });
    }
}
