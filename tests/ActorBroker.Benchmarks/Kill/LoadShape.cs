namespace ActorBroker.Benchmarks.Kill;

/// <summary>How a producer of the load works.</summary>
/// <param name="IsIdempotent">It repeats what was not answered, with its sequence numbers; another one goes on with new records.</param>
/// <param name="RecordsMax">Records of a batch, at most.</param>
/// <param name="BytesMax">Bytes of a record, at most.</param>
/// <param name="Depth">Requests under way, at most; five is what a broker remembers of an idempotent producer.</param>
/// <param name="Pause">Time between two batches.</param>
internal sealed record LoadShape(bool IsIdempotent, short Acks, int RecordsMax, int BytesMax, int Depth, TimeSpan Pause)
{
    public static readonly LoadShape Small = new(IsIdempotent: true, Acks: -1, RecordsMax: 20, BytesMax: 200, Depth: 5, TimeSpan.FromMilliseconds(1));
    public static readonly LoadShape Careless = new(IsIdempotent: false, Acks: 1, RecordsMax: 50, BytesMax: 500, Depth: 20, TimeSpan.FromMilliseconds(2));
    public static readonly LoadShape Large = new(IsIdempotent: true, Acks: -1, RecordsMax: 3, BytesMax: 250_000, Depth: 3, TimeSpan.FromMilliseconds(50));
    public static readonly LoadShape LargeCareless = new(IsIdempotent: false, Acks: -1, RecordsMax: 400, BytesMax: 2_000, Depth: 3, TimeSpan.FromMilliseconds(50));
    public static readonly LoadShape Slow = new(IsIdempotent: true, Acks: 1, RecordsMax: 3, BytesMax: 50, Depth: 1, TimeSpan.FromMilliseconds(5));
}
