using Akka.Actor;
using Akka.Event;

namespace Akka.Cluster;

/// <summary>How a system becomes a member: it asks the seed nodes who has a cluster, then asks that one for admission.</summary>
/// <remarks>Only the first seed may found a cluster, and only when no other seed has one. Not thread-safe: its <see cref="ClusterMachine"/> owns it.</remarks>
internal sealed class JoinProcess(UniqueAddress self, ClusterSettings settings, IClusterHost host, Action joinSelf, Action giveUp)
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);
    private readonly HashSet<Address> _withoutCluster = [];
    private IReadOnlyList<Address> _seeds = [];
    private Address? _target;
    private bool _asks;
    private bool _mayFound;
    private TimeSpan _nextQuestion;
    private TimeSpan _deadline;
    private TimeSpan? _retryAt;
    private TimeSpan _started;
    private int _attempts;

    /// <summary>Asks these, in their order of preference.</summary>
    public void Start(IReadOnlyList<Address> seeds)
    {
        _seeds = seeds;
        _started = host.Now;
        _attempts = 0;
        Ask();
    }

    /// <summary>Joins that member, without asking anybody.</summary>
    public void To(Address address)
    {
        _asks = false;
        if (address.Equals(self.Address))
        {
            End();
            joinSelf();
            return;
        }

        _target = address;
        _retryAt = settings.RetryUnsuccessfulJoinAfter is { } after ? host.Now + after : null;
        SendJoin(address);
    }

    public bool Expects(Address from) => from.Equals(_target);

    public void End()
    {
        _asks = false;
        _target = null;
        _retryAt = null;
    }

    public void OnAck(Address member)
    {
        if (_asks)
        {
            To(member);
        }
    }

    public void OnNack(Address from)
    {
        _withoutCluster.Add(from);
        if (_asks && _mayFound && Others().All(_withoutCluster.Contains))
        {
            To(self.Address);
        }
    }

    public void Tick()
    {
        if (settings.ShutdownAfterUnsuccessfulJoinSeedNodes is { } limit && (_asks || _target is not null) && host.Now - _started > limit)
        {
            host.Log.Warning("Joining of seed-nodes [{0}] was unsuccessful after configured shutdown-after-unsuccessful-join-seed-nodes [{1}]. Running CoordinatedShutdown.", Text(), limit);
            End();
            giveUp();
            host.Ending(MembershipEnd.NotAdmitted);
        }
        else if (_asks)
        {
            AskAgain();
        }
        else if (_target is { } target && _retryAt is { } retry && host.Now >= retry)
        {
            Retry(target);
        }
        else if (_target is not null && host.Now >= _nextQuestion)
        {
            SendJoin(_target);   // one of the two messages may be lost
        }
    }

    private void Retry(Address target)
    {
        if (_seeds.Count > 0)
        {
            Ask();
        }
        else
        {
            To(target);
        }
    }

    private void SendJoin(Address target)
    {
        _nextQuestion = host.Now + AskAgainAfter;
        host.Send(target, new Join(self, settings.Roles, settings.AppVersion));
    }

    private void Ask()
    {
        _target = null;
        _retryAt = null;
        _withoutCluster.Clear();
        _mayFound = _seeds[0].Equals(self.Address);
        if (!Others().Any())
        {
            To(self.Address);
            return;
        }

        _asks = true;
        _attempts++;
        _deadline = host.Now + settings.SeedNodeTimeout;
        SendQuestions();
    }

    private void AskAgain()
    {
        if (host.Now >= _deadline)
        {
            if (_mayFound)
            {
                To(self.Address);
                return;
            }

            host.Log.Warning("Couldn't join seed nodes after [{0}] attempts, will try again. seed-nodes=[{1}]", _attempts, Text());
            _attempts++;
            _deadline = host.Now + settings.SeedNodeTimeout;
        }

        if (host.Now >= _nextQuestion)
        {
            SendQuestions();
        }
    }

    private void SendQuestions()
    {
        _nextQuestion = host.Now + AskAgainAfter;
        foreach (var seed in Others())
        {
            host.Send(seed, InitJoin.Instance);
        }
    }

    private IEnumerable<Address> Others() => _seeds.Where(seed => !seed.Equals(self.Address)).Distinct();

    private string Text() => string.Join(", ", _seeds);
}
