using System.Runtime.CompilerServices;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;

namespace ActorBroker.Cli.Client;

/// <summary>Reads partitions from their leaders, one request on its way to each leader, the next one before the last is looked at.</summary>
internal sealed class Fetcher(Cluster cluster, string topic, IReadOnlyList<FetchPosition> positions, FetchOptions options)
{
    private readonly Dictionary<int, Task<Answer>> _running = [];
    private readonly Dictionary<int, int> _leaders = [];
    private Backoff? _backoff;

    /// <summary>Called when a partition's position was lost to retention and goes on elsewhere.</summary>
    public Action<string>? OnWarning { get; init; }

    /// <summary>Yields what comes until every partition is at its end; for ever when following.</summary>
    public async IAsyncEnumerable<FetchedRecords> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await FindLeadersAsync(cancellationToken);
        while (positions.Any(position => !position.IsDone))
        {
            StartFetches(cancellationToken);
            var answer = await await Task.WhenAny(_running.Values).WaitAsync(cancellationToken);
            _running.Remove(answer.Leader);
            using var reply = answer.Reply;
            if (reply is null)
            {
                await AgainAsync(answer.Lost!, cancellationToken);
                continue;
            }

            var records = new List<FetchedRecords>();
            var mustRefresh = false;
            foreach (var partition in ((FetchResponse)reply.Body).Responses.SelectMany(response => response.Partitions))
            {
                var position = positions.First(known => known.Partition == partition.PartitionIndex);
                var error = (ErrorCode)partition.ErrorCode;
                if (error == ErrorCode.OffsetOutOfRange) await MoveInsideAsync(position, cancellationToken);
                else if (error.IsRetriable()) mustRefresh = true;
                else if (error != ErrorCode.None) throw new KafkaErrorException(error, $"topic '{topic}' partition {position.Partition}");
                else if (partition.Records is { Length: > 0 } bytes) records.Add(Advance(position, bytes, partition.AbortedTransactions ?? []));
            }

            if (mustRefresh) await AgainAsync(null, cancellationToken);
            else _backoff = null;
            if (positions.Any(position => !position.IsDone)) StartFetches(cancellationToken);
            foreach (var fetched in records) yield return fetched;
        }
    }

    private void StartFetches(CancellationToken cancellationToken)
    {
        foreach (var leader in positions.Where(position => !position.IsDone).GroupBy(position => _leaders[position.Partition]))
        {
            if (!_running.ContainsKey(leader.Key)) _running[leader.Key] = FetchAsync(leader.Key, RequestFor([.. leader]), cancellationToken);
        }
    }

    private FetchRequest RequestFor(IReadOnlyList<FetchPosition> wanted)
    {
        var request = FetchRequests.From(topic, wanted, options.MaxWait, options.ResponseBytesMax, options.PartitionBytesMax);
        request.IsolationLevel = (sbyte)(options.IsCommittedOnly ? 1 : 0);
        return request;
    }

    private async Task<Answer> FetchAsync(int leader, FetchRequest request, CancellationToken cancellationToken)
    {
        try
        {
            if (leader < 0) return new Answer(leader, null, new ConnectionException(new BrokerAddress(topic, 0), "a partition has no leader"));
            var connection = await cluster.ToNodeAsync(leader, cancellationToken);
            return new Answer(leader, await connection.ExchangeAsync(request, cancellationToken, options.MaxWait), null);
        }
        catch (ConnectionException lost)
        {
            return new Answer(leader, null, lost);
        }
    }

    /// <summary>Moves on behind the whole batches, so that the next request can leave before these are looked at.</summary>
    private FetchedRecords Advance(FetchPosition position, ReadOnlyMemory<byte> bytes, IReadOnlyList<FetchResponse.AbortedTransaction> aborted)
    {
        var from = position.Next;
        var rest = bytes.Span;
        while (BatchView.ReadHeader(rest, ClientOptions.FrameBytesMax, out var batch) == BatchError.None && batch.SizeInBytes <= rest.Length)
        {
            position.Next = Math.Max(position.Next, batch.NextOffset.Value);
            rest = rest[batch.SizeInBytes..];
        }

        if (position.Next == from)
        {
            throw new CliException($"topic '{topic}' partition {position.Partition}: what the broker sent for offset {from} holds no whole batch with it; look at the broker's log");
        }

        return new FetchedRecords(position.Partition, bytes, from, position.End, aborted);
    }

    private async Task MoveInsideAsync(FetchPosition position, CancellationToken cancellationToken)
    {
        var lookup = new OffsetLookup(cluster, topic);
        var start = (await lookup.FindAsync([position.Partition], OffsetLookup.Start, options.IsCommittedOnly, cancellationToken))[position.Partition];
        var end = (await lookup.FindAsync([position.Partition], OffsetLookup.End, options.IsCommittedOnly, cancellationToken))[position.Partition];
        if (position.Next >= start)
        {
            throw new CliException($"topic '{topic}' partition {position.Partition}: offset {position.Next} is outside {start}..{end}: give another --from");
        }

        OnWarning?.Invoke($"topic '{topic}' partition {position.Partition}: offsets {position.Next} to {start - 1} are deleted, going on at {start}");
        position.Next = start;
    }

    /// <summary>Looks for the leaders again, after a pause that grows; gives up when it has been too long.</summary>
    private async Task AgainAsync(ConnectionException? cause, CancellationToken cancellationToken)
    {
        _backoff ??= new Backoff(cluster.Options.Clock, cluster.Options.RequestTimeout);
        if (!await _backoff.WaitAsync(cancellationToken)) throw cause ?? new CliException($"topic '{topic}': a partition has no leader: see `topics describe {topic}`");
        try
        {
            await FindLeadersAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is ConnectionException or NoBrokerException)
        {
            OnWarning?.Invoke(failure.Message);
        }
    }

    private async Task FindLeadersAsync(CancellationToken cancellationToken)
    {
        foreach (var partition in (await cluster.TopicAsync(topic, cancellationToken)).Partitions)
        {
            _leaders[partition.Index] = partition.Leader;
        }
    }

    private sealed record Answer(int Leader, Reply? Reply, ConnectionException? Lost);
}
