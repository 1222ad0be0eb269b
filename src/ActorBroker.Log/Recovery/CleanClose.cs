namespace ActorBroker.Log;

/// <summary>What the marker of a clean close says: the log was whole and durable, and looked like this. Sizes are bytes.</summary>
internal sealed record CleanClose(Offset End, Offset ActiveBase, long LogBytes, long IndexBytes, long TimeIndexBytes);
