using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using ActorBroker.Partitions;
using ActorBroker.Tests.Support;

namespace ActorBroker.Tests.Sessions.Native;

/// <summary>Streams under random answers, grants and closes, against what the protocol promises.</summary>
public sealed class CreditModelTests : SessionKit
{
    private const int StreamsMax = 4;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void A_stream_has_one_fetch_under_way_and_stays_within_its_credit_and_one_batch(int seed)
    {
        var random = new Random(seed);
        var partition = Topic("t");
        var session = Consumer(Node());
        var credit = new Dictionary<int, long>();
        var fetches = new Dictionary<int, Fetch>();
        var next = new Dictionary<int, Offset>();
        var streams = 0;
        for (var step = 0; step < 2000; step++)
        {
            var stream = credit.Count == 0 ? -1 : credit.Keys.ElementAt(random.Next(credit.Count));
            switch (random.Next(8))
            {
                case 0 when credit.Count < StreamsMax:
                    credit[streams] = random.Next(3) * 400;
                    next[streams] = new Offset(random.Next(100));
                    session.Tell(new OpenStream(streams, new TopicPartition("t", 0), next[streams], LeaderEpoch.None, (int)credit[streams]), Client);
                    streams++;
                    break;
                case 1 when stream >= 0 && random.Next(5) == 0:
                    session.Tell(new CloseStream(stream), Client);
                    credit.Remove(stream);
                    if (fetches.Remove(stream, out var taken))
                    {
                        Assert.Equal(taken.Id, partition.ExpectMsg<AbandonFetch>().Id);
                    }

                    break;
                case 2 or 3 when stream >= 0:
                    var more = random.Next(600);
                    credit[stream] += more;
                    session.Tell(new GrantCredit(stream, more), Client);
                    break;
                case >= 4 when fetches.Remove(stream, out var fetch):
                    var batch = KafkaRequests.Batch(new string('x', random.Next(500)));
                    next[stream] += 1;
                    partition.Send(session, new Fetched(fetch.Id, BatchLease.CopyOf(batch), next[stream], Offset.Zero, Offset.Zero));
                    var read = Client.ExpectMsg<BatchesRead>();
                    Assert.Equal((stream, batch.Length), (read.Stream, read.Batches.Length));
                    credit[stream] -= batch.Length;
                    break;
                default:
                    break;
            }

            while (partition.HasMessages)
            {
                var fetch = partition.ExpectMsg<Fetch>();
                Assert.True(fetches.TryAdd(fetch.Id.Part, fetch), $"seed {seed}, step {step}: two fetches of stream {fetch.Id.Part}");
                Assert.Equal((next[fetch.Id.Part], 1), (fetch.From, fetch.BytesMin));
                Assert.InRange(fetch.BytesMax, 1, credit[fetch.Id.Part]);
            }

            Assert.False(Client.HasMessages);
            Assert.All(credit, each => Assert.Equal(each.Value > 0, fetches.ContainsKey(each.Key)));
        }

        Assert.True(streams > 20);
    }
}
