using ActorBroker.Controller;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Partitions;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Produce path 2/6. Checks each batch and sends one <see cref="Append"/> a partition.</summary>
/// <remarks>Versions 0 to 2 carry formats that are not kept and are answered with an error; they are announced all the same,
/// because librdkafka up to 2.11 stops compressing, or falls back to such a format, when the announced minimum is above 0.</remarks>
internal sealed class ProduceHandler() : RequestHandler<ProduceRequest>(ApiKey.Produce, 0, 11)
{
    private const short FirstVersionWithBatches = 3;
    private const short FirstVersionWithZstd = 7;

    protected override void Handle(PendingRequest request, ProduceRequest body)
    {
        var call = new Call(request, body);
        if (request.Header.Version < FirstVersionWithBatches)
        {
            call.RefuseAll(ErrorCode.UnsupportedVersion);
            return;
        }

        if (body.Acks is not (-1 or 0 or 1))
        {
            call.RefuseAll(ErrorCode.InvalidRequiredAcks);
            return;
        }

        if (body.TransactionalId is not null)
        {
            // A transactional producer has no coordinator here and does not get this far.
            call.RefuseAll(ErrorCode.TransactionalIdAuthorizationFailed);
            return;
        }

        call.Start();
    }

    /// <summary>One produce request under way.</summary>
    private sealed class Call(PendingRequest request, ProduceRequest body) : GatherCall(request)
    {
        private readonly List<ProduceResponse.PartitionProduceResponse> _answers = [];
        private readonly ProduceResponse _response = new();
        private string? _firstError;

        protected override IResponse Response => _response;

        public void Start()
        {
            foreach (var topic in body.TopicData)
            {
                var topicAnswer = new ProduceResponse.TopicProduceResponse { Name = topic.Name };
                _response.Responses.Add(topicAnswer);
                foreach (var partition in topic.PartitionData)
                {
                    var answer = new ProduceResponse.PartitionProduceResponse { Index = partition.Index, BaseOffset = -1 };
                    topicAnswer.PartitionResponses.Add(answer);
                    _answers.Add(answer);
                    Append(new TopicPartition(topic.Name, partition.Index), partition.Records, answer);
                }
            }

            AnswerWhenAllReplied(TimeSpan.FromMilliseconds(Math.Clamp(body.TimeoutMs, 1, Request.Node.Settings.RequestTimeout.TotalMilliseconds)));
        }

        public void RefuseAll(ErrorCode error)
        {
            foreach (var topic in body.TopicData)
            {
                var topicAnswer = new ProduceResponse.TopicProduceResponse { Name = topic.Name };
                _response.Responses.Add(topicAnswer);
                foreach (var partition in topic.PartitionData)
                {
                    var answer = new ProduceResponse.PartitionProduceResponse { Index = partition.Index, BaseOffset = -1 };
                    topicAnswer.PartitionResponses.Add(answer);
                    Refuse(answer, error, topic.Name);
                }
            }

            Finish();
        }

        protected override void Take(int part, IReply reply)
        {
            var answer = _answers[part];
            if (reply is Appended appended)
            {
                answer.BaseOffset = appended.BaseOffset.Value;
                answer.LogAppendTimeMs = appended.LogAppendTime;
                answer.LogStartOffset = appended.LogStart.Value;
            }
            else if (reply is AppendRefused refused)
            {
                Refuse(answer, refused.Error.ToErrorCode(), null);
                answer.LogStartOffset = refused.LogStart.Value;
            }
        }

        /// <summary>The data may be in the log all the same; the client's retry finds out by its sequence numbers.</summary>
        protected override void TimedOut(int part) => Refuse(_answers[part], ErrorCode.RequestTimedOut, null);

        private void Append(TopicPartition partition, ReadOnlyMemory<byte>? records, ProduceResponse.PartitionProduceResponse answer)
        {
            var route = Request.Node.Partitions.Find(partition);
            var error = Admit(partition, route, records, out var message);
            if (error != ErrorCode.None)
            {
                Refuse(answer, error, partition.ToString(), message);
                return;
            }

            var part = _answers.Count - 1;
            Ask(part, route!.Actor, new Append(Request.Part(part), Request.Lease(records!.Value), (Acks)body.Acks));
        }

        private ErrorCode Admit(TopicPartition partition, PartitionRoute? route, ReadOnlyMemory<byte>? records, out string? message)
        {
            message = null;
            if (TopicNames.IsInternal(partition.Topic))
            {
                message = $"{partition.Topic} is the broker's own topic";
                return ErrorCode.InvalidTopicException;
            }

            if (route is null)
            {
                return MissingRoute.ErrorFor(Request.Node, partition);
            }

            if (route.Fenced is not null)
            {
                message = $"{partition} is fenced after a storage error";
                return ErrorCode.KafkaStorageError;
            }

            if (records is not { Length: > 0 } bytes)
            {
                message = "a partition without a record batch";
                return ErrorCode.InvalidRecord;
            }

            var error = BatchCheck.Check(bytes.Span, route.Settings.BatchBytesMax, out var batch);
            if (error != BatchError.None)
            {
                message = error == BatchError.TooLarge
                    ? $"{partition}: a batch of {bytes.Length} bytes; the limit is {route.Settings.BatchBytesMax} (max.message.bytes)"
                    : $"{partition}: {error}";
                return error.ToErrorCode();
            }

            if (batch.Codec == CompressionCodec.Zstd && Request.Header.Version < FirstVersionWithZstd)
            {
                return ErrorCode.UnsupportedCompressionType;
            }

            return batch.IsTransactional ? ErrorCode.InvalidTxnState : ErrorCode.None;
        }

        private void Refuse(ProduceResponse.PartitionProduceResponse answer, ErrorCode error, string? what, string? message = null)
        {
            answer.ErrorCode = (short)error;
            answer.BaseOffset = -1;
            answer.ErrorMessage = message;
            _firstError ??= message ?? $"{what} {error}";
        }

        protected override void Finish()
        {
            if (body.Acks != 0)
            {
                CurrentLeaders.AddTo(_response, Request.Header.Version, Request.Node);
                Request.Reply(_response);
            }
            else if (_firstError is not null)
            {
                Request.CloseConnection($"a produce request with acks=0 failed: {_firstError}");
            }
            else
            {
                Request.ReplyNothing();
            }
        }
    }
}
