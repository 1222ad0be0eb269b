using ActorBroker.Client.Producing;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Tests.Producing;

/// <summary>The queue against a model broker, with random refusals, lost sessions, late deliveries, timeouts and deadlines.</summary>
public sealed class PartitionQueuePropertyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Nothing_is_written_twice_or_out_of_order_and_every_batch_is_answered_once(int inFlightMax)
    {
        for (var seed = 0; seed < 400; seed++)
        {
            new Run(seed, inFlightMax).Execute();
        }
    }

    /// <summary>One history. What a session has sent reaches the partition in order, perhaps long after the session is gone.</summary>
    private sealed class Run(int seed, int inFlightMax)
    {
        private readonly Random _random = new(seed);
        private readonly ModelBroker _broker = new();
        private readonly PartitionQueue _queue = new(inFlightMax, isIdempotent: true);
        private readonly List<Session> _sessions = [new()];
        private readonly Queue<Delivery> _mailbox = [];   // of the partition
        private readonly Dictionary<int, string> _outcomes = [];
        private readonly List<QueuedBatch> _failed = [];
        private readonly HashSet<int> _neverWritten = [];
        private TimeSpan _now;
        private long _producerId = 100;
        private int _added;
        private bool _isCalm;

        private Session Current => _sessions[^1];

        public void Execute()
        {
            for (var step = 0; step < 300; step++)
            {
                Step();
            }

            _isCalm = true;
            for (var step = 0; _queue.Count > 0; step++)
            {
                That(step < 10_000, "it comes to rest");
                Step();
            }

            while (_mailbox.Count > 0 || _sessions.Exists(session => session.OnTheWay.Count > 0))
            {
                Forward();
                Process();
            }

            That(_broker.Log.SequenceEqual(_broker.Log.Distinct()), "nothing is written twice");
            That(_broker.Log.SequenceEqual(_broker.Log.Order()), "nothing is out of order");
            That(_outcomes.Count == _added, "every batch is answered");
            That(_outcomes.Where(pair => pair.Value == "stored").All(pair => _broker.Log.Contains(pair.Key)), "what is acknowledged is written");
            That(!_neverWritten.Overlaps(_broker.Log), "what is said not to be written is not");
        }

        private void Step()
        {
            var dice = _random.Next(100);
            if (dice < 20 && !_isCalm)
            {
                _queue.Add(new ModelBatch(_added++, _random.Next(1, 4)) { Deadline = _now + TimeSpan.FromSeconds(60) });
            }
            else if (dice < 45)
            {
                Send();
            }
            else if (dice < 60)
            {
                Forward();
            }
            else if (dice < 75)
            {
                Process();
            }
            else if (dice < 92)
            {
                Answer();
            }
            else if (!_isCalm)
            {
                Trouble(dice);
            }
        }

        private void Trouble(int dice)
        {
            if (dice < 94)
            {
                foreach (var batch in _queue.Batches.Where(batch => batch.State == BatchState.InFlight).ToArray())
                {
                    _queue.Lost(batch, SessionError.None, "", _failed);
                }

                Current.IsAlive = false;
                _sessions.Add(new Session());
            }
            else if (dice < 96)
            {
                // The session gives up a batch that the partition still holds.
                foreach (var delivery in _mailbox.Where(delivery => delivery is { IsAnswered: false, Session.IsAlive: true }).Take(1))
                {
                    delivery.IsAnswered = true;
                    delivery.Session.Answers.Enqueue((delivery.Sent.Batch, SessionError.TimedOut));
                }
            }
            else if (dice < 98)
            {
                _now += TimeSpan.FromSeconds(_random.Next(40));
                _queue.Expire(_now, _failed);
            }
            else if (dice == 98)
            {
                _producerId++;   // another session got another id
            }

            Fail();
        }

        private void Send()
        {
            if (_queue.Next(_producerId) is ModelBatch batch)
            {
                _queue.Sending(batch, _producerId);
                Current.OnTheWay.Enqueue(ModelBroker.Sent.Of(batch));
                That(_queue.InFlight <= inFlightMax, "the limit holds");
            }
        }

        private void Forward()
        {
            var session = _sessions[_random.Next(_sessions.Count)];
            if (!session.OnTheWay.TryDequeue(out var sent))
            {
                return;
            }

            var error = _isCalm ? SessionError.None : _random.Next(40) switch
            {
                0 or 1 => SessionError.Overloaded,
                2 => SessionError.InvalidBatch,
                3 => SessionError.UnknownTopicOrPartition,
                _ => SessionError.None,
            };
            if (error == SessionError.None)
            {
                _mailbox.Enqueue(new Delivery(session, sent));
            }
            else
            {
                session.Answers.Enqueue((sent.Batch, error));
            }
        }

        private void Process()
        {
            if (!_mailbox.TryDequeue(out var delivery))
            {
                return;
            }

            var luck = _isCalm ? 9 : _random.Next(10);
            var error = luck == 0 ? SessionError.NotLeader : _broker.Append(delivery.Sent);
            error = luck == 1 ? SessionError.NotLeader : error;   // written, and not committed here
            if (!delivery.IsAnswered)
            {
                delivery.Session.Answers.Enqueue((delivery.Sent.Batch, error));
            }
        }

        private void Answer()
        {
            if (!Current.Answers.TryDequeue(out var answer))
            {
                return;
            }

            var (batch, error) = answer;
            if (error != SessionError.None)
            {
                _queue.Refused(batch, error, "", _failed);
            }
            else if (_queue.Stored(batch, _failed))
            {
                That(_outcomes.TryAdd(batch.Id, "stored"), "one answer a batch");
            }

            Fail();
        }

        private void Fail()
        {
            foreach (var batch in _failed.Cast<ModelBatch>())
            {
                That(_outcomes.TryAdd(batch.Id, "failed"), "one answer a batch");
                if (!batch.MayBeWritten)
                {
                    _neverWritten.Add(batch.Id);
                }
            }

            _failed.Clear();
        }

        private void That(bool holds, string what)
        {
            if (!holds)
            {
                Assert.Fail($"seed {seed}: {what}; log: {string.Join(' ', _broker.Log)}; outcomes: {string.Join(' ', _outcomes)}");
            }
        }
    }

    private sealed class Session
    {
        public bool IsAlive { get; set; } = true;

        public Queue<ModelBroker.Sent> OnTheWay { get; } = [];

        public Queue<(ModelBatch, SessionError)> Answers { get; } = [];
    }

    private sealed class Delivery(Session session, ModelBroker.Sent sent)
    {
        public Session Session { get; } = session;

        public ModelBroker.Sent Sent { get; } = sent;

        public bool IsAnswered { get; set; }
    }
}
