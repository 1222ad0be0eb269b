using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Partitions;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Serves consumers. Fetch sessions (KIP-227) are declined: every answer is a full one, which the protocol allows.</summary>
/// <remarks>Batches go out as they came in. The reference broker refuses zstd batches to fetches below version 10; here they are
/// served, because kafka-python speaks version 4 and reads zstd all the same. A client that cannot read them says so itself.</remarks>
internal sealed class FetchHandler() : RequestHandler<FetchRequest>(ApiKey.Fetch, 4, 17)
{
    private const short FirstVersionWithTopicIds = 13;

    protected override void Handle(PendingRequest request, FetchRequest body)
    {
        if (body.SessionEpoch > 0)
        {
            request.Reply(new FetchResponse { ErrorCode = (short)ErrorCode.FetchSessionIdNotFound });
            return;
        }

        new Call(request, body).Start();
    }

    private enum State
    {
        Asked,
        Parked,

        /// <summary>Parked, because there is no memory to read what is there.</summary>
        Short,
        Done,
    }

    /// <summary>One fetch request under way.</summary>
    /// <remarks>When all that its partitions may return fits into the answer, each answers as soon as it has enough. When it does not, they first
    /// tell what they have; then those that have something are read in the order of the request, as long as there is room: one that has nothing
    /// must not keep room from those behind it.</remarks>
    private sealed class Call(PendingRequest request, FetchRequest body) : IReplyTarget
    {
        private readonly List<Part> _parts = [];
        private readonly FetchResponse _response = new();
        private long _bytesLeft;
        private long _bytesFound;
        private int _open;
        private bool _fits;
        private bool _mustAnswer;
        private bool _isOverdue;

        public void Start()
        {
            var wanted = body.Topics.Sum(topic => topic.Partitions.Sum(partition => (long)Math.Max(0, partition.PartitionMaxBytes)));
            var bytesMax = Math.Clamp(body.MaxBytes, 1, request.Node.Settings.FetchBytesMax);    // a first batch comes whole, however little is asked for
            _fits = wanted <= bytesMax;
            _bytesLeft = Math.Min(wanted, bytesMax);
            request.Reserve(_bytesLeft);
            foreach (var topic in body.Topics)
            {
                AddTopic(topic);
            }

            var wait = TimeSpan.FromMilliseconds(Math.Clamp(body.MaxWaitMs, 0, request.Node.Settings.FetchWaitMax.TotalMilliseconds));
            _mustAnswer |= body.MinBytes <= 0 || wait == TimeSpan.Zero || _parts.Exists(part => part.State == State.Done);
            _open = _parts.Count(part => part.State != State.Done);
            if (_open == 0)
            {
                Reply();
                return;
            }

            _isOverdue = wait == TimeSpan.Zero;
            request.Await(this, _isOverdue ? request.Node.Settings.RequestTimeout : wait);
            Ask();
        }

        public void OnReply(IReply reply)
        {
            var part = _parts[reply.Id.Part];
            switch (reply)
            {
                case FetchParked parked:
                    part.State = parked.IsShortOfMemory ? State.Short : State.Parked;
                    part.Available = parked.Available;
                    break;
                case Fetched fetched:
                    OnFetched(part, fetched);
                    break;
                case FetchRefused refused:
                    Finish(part, refused.Error.ToErrorCode(), refused.HighWatermark, refused.LogStart);
                    _mustAnswer = true;
                    break;
                default:
                    return;
            }

            Proceed();
        }

        public void OnTimeout()
        {
            if (_isOverdue)
            {
                // Partitions that were asked and did not answer in time: the client hears of them with its next fetch.
                GiveUp();
                return;
            }

            _isOverdue = true;
            _mustAnswer = true;
            request.Await(this, request.Node.Settings.RequestTimeout);
            Proceed();
        }

        public void OnAbandoned()
        {
            for (var i = 0; i < _parts.Count; i++)
            {
                if (_parts[i].State != State.Done)
                {
                    _parts[i].Route!.Actor.Tell(new AbandonFetch(request.Part(i)), request.Session);
                }
            }
        }

        private void AddTopic(FetchRequest.FetchTopic topic)
        {
            var name = topic.Topic;
            var answer = new FetchResponse.FetchableTopicResponse { TopicId = topic.TopicId };
            var unknown = ErrorCode.None;
            if (request.Header.Version >= FirstVersionWithTopicIds)
            {
                var image = request.Node.Metadata.Current.Topic(topic.TopicId);
                name = image?.Name ?? "";
                unknown = image is null ? ErrorCode.UnknownTopicId : ErrorCode.None;
            }

            answer.Topic = name;
            _response.Responses.Add(answer);
            foreach (var wanted in topic.Partitions)
            {
                AddPartition(answer, new TopicPartition(name, wanted.Partition), wanted, unknown);
            }
        }

        private void AddPartition(FetchResponse.FetchableTopicResponse topic, TopicPartition name, FetchRequest.FetchPartition wanted, ErrorCode error)
        {
            // Never null records: some clients take null for a broken answer.
            var answer = new FetchResponse.PartitionData
            {
                PartitionIndex = wanted.Partition,
                HighWatermark = -1,
                Records = ReadOnlyMemory<byte>.Empty,
                AbortedTransactions = body.IsolationLevel == 1 ? [] : null,
            };
            topic.Partitions.Add(answer);
            var route = error == ErrorCode.None ? request.Node.Partitions.Find(name) : null;
            var part = new Part(answer, wanted, route);
            _parts.Add(part);
            if (route is null)
            {
                Finish(part, error == ErrorCode.None ? MissingRoute.ErrorFor(request.Node, name) : error, Offset.None, Offset.None);
            }
            else if (!route.ServesReaders)
            {
                Finish(part, ErrorCode.KafkaStorageError, Offset.None, Offset.None);
            }
        }

        private void Ask()
        {
            for (var i = 0; i < _parts.Count; i++)
            {
                var part = _parts[i];
                if (part.State == State.Done)
                {
                    continue;
                }

                var bytesMin = _mustAnswer ? 0 : Math.Max(0, body.MinBytes);
                var fetch = new Fetch(request.Part(i), new Offset(part.Wanted.FetchOffset), part.BytesMax, bytesMin, new LeaderEpoch(part.Wanted.CurrentLeaderEpoch))
                {
                    Memory = request.Replies,
                    WaitsForCompletion = !_fits,
                };
                part.Route!.Actor.Tell(fetch, request.Session);
            }
        }

        private void OnFetched(Part part, Fetched fetched)
        {
            Finish(part, ErrorCode.None, fetched.HighWatermark, fetched.LogStart);
            _bytesLeft += part.Reserved;
            if (fetched.Batches is { } batches)
            {
                request.Own(batches, fetched.BytesTaken);
                part.Answer.Records = batches.Bytes;
                _bytesFound += batches.Length;
                _bytesLeft = Math.Max(0, _bytesLeft - batches.Length);
            }
        }

        private void Proceed()
        {
            if (_open == 0)
            {
                Reply();
                return;
            }

            long parkedBytes = 0;
            foreach (var part in _parts)
            {
                if (part.State == State.Asked)
                {
                    return;
                }

                parkedBytes += part.State == State.Parked ? part.Available : 0;
            }

            if (_mustAnswer || _bytesFound + parkedBytes >= body.MinBytes)
            {
                _mustAnswer = true;
                CompleteParked();
            }

            if (_bytesFound > 0)
            {
                // What was read takes memory that others wait for, as this request would for the rest.
                CompleteShort();
            }
        }

        /// <summary>Has those read that wait, as far as there is room for what they may return. Those left wait until it is known how much it was.</summary>
        private void CompleteParked()
        {
            var isRead = false;
            for (var i = 0; i < _parts.Count; i++)
            {
                var part = _parts[i];
                if (part.State != State.Parked)
                {
                    continue;
                }

                if (!_fits && part.Available > 0 && part.Reserved == 0)
                {
                    if (_bytesLeft == 0 && isRead)
                    {
                        return;
                    }

                    part.Reserved = (int)Math.Min(part.BytesMax, _bytesLeft);
                    _bytesLeft -= part.Reserved;
                    isRead = true;
                }

                Complete(i, _fits ? part.BytesMax : part.Reserved);
            }
        }

        private void CompleteShort()
        {
            for (var i = 0; i < _parts.Count; i++)
            {
                if (_parts[i].State == State.Short)
                {
                    Complete(i, 0);
                }
            }
        }

        private void Complete(int part, int bytesMax)
        {
            _parts[part].State = State.Asked;
            _parts[part].Route!.Actor.Tell(new CompleteFetch(request.Part(part), bytesMax), request.Session);
        }

        private void GiveUp()
        {
            OnAbandoned();
            foreach (var part in _parts)
            {
                if (part.State != State.Done)
                {
                    Finish(part, ErrorCode.RequestTimedOut, Offset.None, Offset.None);
                }
            }

            Reply();
        }

        private void Reply()
        {
            CurrentLeaders.AddTo(_response, request.Header.Version, request.Node);
            request.Reply(_response);
        }

        private void Finish(Part part, ErrorCode error, Offset highWatermark, Offset logStart)
        {
            part.State = State.Done;
            _open--;
            part.Answer.ErrorCode = (short)error;
            part.Answer.HighWatermark = highWatermark.Value;
            part.Answer.LastStableOffset = highWatermark.Value;
            part.Answer.LogStartOffset = logStart.Value;
        }
    }

    /// <summary>One partition of the request.</summary>
    private sealed class Part(FetchResponse.PartitionData answer, FetchRequest.FetchPartition wanted, PartitionRoute? route)
    {
        public FetchResponse.PartitionData Answer { get; } = answer;

        public FetchRequest.FetchPartition Wanted { get; } = wanted;

        public PartitionRoute? Route { get; } = route;

        public int BytesMax { get; } = Math.Max(0, wanted.PartitionMaxBytes);

        public State State { get; set; } = State.Asked;

        /// <summary>Bytes of the answer that are kept for it, while it is read.</summary>
        public int Reserved { get; set; }

        /// <summary>Bytes that it said it has; some that have more say 1.</summary>
        public long Available { get; set; }
    }
}
