namespace ActorBroker.Log;

/// <summary>One of a producer's last batches, kept so that sending it again can be answered.</summary>
internal readonly record struct ProducerBatch(int FirstSequence, int LastSequence, Offset BaseOffset, Offset LastOffset, long Timestamp);
