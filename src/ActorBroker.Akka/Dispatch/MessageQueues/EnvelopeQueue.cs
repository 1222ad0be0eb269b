using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using ActorBroker;
using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>
/// Many producers, one consumer. A ring of slots; when it is full it is frozen and a larger one is linked behind it, so a
/// quiet actor keeps a small ring and a busy one copies nothing.
/// </summary>
/// <remarks>
/// A producer claims a slot by moving the ring's tail (interlocked), fills it and publishes it by its turn number. The turn
/// number of slot i is t when it is free for position t and t+1 when it holds the message of position t. The claim alone
/// makes <see cref="IsEmpty"/> false: that is what the mailbox's wake-up rule builds on.
/// </remarks>
internal sealed class EnvelopeQueue
{
    private const int FirstRingSlots = 8;
    private const int RingSlotsMax = 2048;   // 2048 slots of 24 bytes stay below the large-object limit

    private readonly Lock _growing = new();
    private Ring _tail;
    private Ring _head;

    public EnvelopeQueue() => _tail = _head = new Ring(FirstRingSlots);

    /// <summary>Nothing claimed that was not taken. Exact for the consumer; a moment's view for others.</summary>
    public bool IsEmpty
    {
        get
        {
            var head = Volatile.Read(ref _head);
            return head.ClaimedEnd == Volatile.Read(ref head.Taken) && Volatile.Read(ref head.Next) is null;
        }
    }

    /// <summary>A moment's view.</summary>
    public int Count
    {
        get
        {
            var count = 0L;
            for (var ring = Volatile.Read(ref _head); ring is not null; ring = Volatile.Read(ref ring.Next))
            {
                count += ring.ClaimedEnd - Volatile.Read(ref ring.Taken);
            }

            return (int)Math.Clamp(count, 0, int.MaxValue);
        }
    }

    public void Enqueue(in Envelope envelope)
    {
        while (true)
        {
            var ring = Volatile.Read(ref _tail);
            if (ring.TryEnqueue(envelope))
            {
                return;
            }

            Grow(ring);
        }
    }

    /// <summary>Consumer only.</summary>
    public bool TryDequeue(out Envelope envelope)
    {
        while (true)
        {
            var ring = _head;
            if (ring.TryDequeue(out envelope))
            {
                return true;
            }

            var next = Volatile.Read(ref ring.Next);
            if (next is null)
            {
                return false;
            }

            // Frozen before it was given a successor: what has been claimed in it by now is all there will ever be.
            if (ring.TryDequeue(out envelope))
            {
                return true;
            }

            Volatile.Write(ref _head, next);
        }
    }

    private void Grow(Ring full)
    {
        lock (_growing)
        {
            if (!ReferenceEquals(_tail, full))
            {
                return;
            }

            full.Freeze();
            var next = new Ring(Math.Min(full.Slots * 2, RingSlotsMax));
            Volatile.Write(ref full.Next, next);
            Volatile.Write(ref _tail, next);
        }
    }

    private struct Slot
    {
        public object? Message;
        public IActorRef? Sender;
        public long Turn;
    }

    [SuppressMessage("Minor Code Smell", "CA1051", Justification = "Fields of a private class, reached by Volatile.")]
    private sealed class Ring
    {
        private const long FrozenBit = 1L << 62;

        private readonly Slot[] _slots;
        private readonly int _mask;
        private PaddedLong _claimed;

        public Ring(int slots)
        {
            Check.That(BitOperations.IsPow2(slots));
            _slots = new Slot[slots];
            _mask = slots - 1;
            for (var i = 0; i < slots; i++)
            {
                _slots[i].Turn = i;
            }
        }

        public Ring? Next;

        public long Taken;

        public int Slots => _slots.Length;

        public long ClaimedEnd => Volatile.Read(ref _claimed.Value) & ~FrozenBit;

        public void Freeze() => Interlocked.Or(ref _claimed.Value, FrozenBit);

        public bool TryEnqueue(in Envelope envelope)
        {
            while (true)
            {
                var position = Volatile.Read(ref _claimed.Value);
                if ((position & FrozenBit) != 0)
                {
                    return false;
                }

                ref var slot = ref _slots[(int)position & _mask];
                var lead = Volatile.Read(ref slot.Turn) - position;
                if (lead < 0)
                {
                    return false;   // still holds the message of one round ago
                }

                if (lead == 0 && Interlocked.CompareExchange(ref _claimed.Value, position + 1, position) == position)
                {
                    slot.Message = envelope.Message;
                    slot.Sender = envelope.Sender;
                    Volatile.Write(ref slot.Turn, position + 1);
                    return true;
                }
            }
        }

        public bool TryDequeue(out Envelope envelope)
        {
            var position = Taken;
            ref var slot = ref _slots[(int)position & _mask];
            if (Volatile.Read(ref slot.Turn) != position + 1)
            {
                if (ClaimedEnd == position)
                {
                    envelope = default;
                    return false;
                }

                WaitFor(ref slot, position + 1);
            }

            envelope = new Envelope(slot.Message!, slot.Sender);
            slot.Message = null;
            slot.Sender = null;
            Volatile.Write(ref slot.Turn, position + _slots.Length);
            Volatile.Write(ref Taken, position + 1);
            return true;
        }

        /// <summary>Somebody has claimed the slot and is about to fill it: a matter of a few instructions.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void WaitFor(ref Slot slot, long turn)
        {
            var spinner = default(SpinWait);
            while (Volatile.Read(ref slot.Turn) != turn)
            {
                spinner.SpinOnce(sleep1Threshold: -1);
            }
        }
    }

    /// <summary>The word that all producers fight for, away from what the consumer writes.</summary>
    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Explicit, Size = 128)]
    private struct PaddedLong
    {
        [System.Runtime.InteropServices.FieldOffset(64)]
        public long Value;
    }
}
