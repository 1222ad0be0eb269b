namespace ActorBroker.Client.Producing;

/// <summary>Who is told what became of one record; exactly one of the two, once.</summary>
/// <remarks>Called in the producer's engine: must return at once and run no foreign code.</remarks>
internal interface ISendOutcome
{
    /// <summary>Milliseconds since 1970, UTC; kept here from the moment the record is in a batch.</summary>
    long TimestampMs { get; set; }

    void Succeed(in RecordMetadata metadata);

    void Fail(Exception error);
}

/// <summary>The task of a caller. Its continuations run elsewhere.</summary>
internal sealed class TaskOutcome() : TaskCompletionSource<RecordMetadata>(TaskCreationOptions.RunContinuationsAsynchronously), ISendOutcome
{
    public long TimestampMs { get; set; }

    public void Succeed(in RecordMetadata metadata) => TrySetResult(metadata);

    public void Fail(Exception error)
    {
        if (error is OperationCanceledException cancelled)
        {
            TrySetCanceled(cancelled.CancellationToken);
        }
        else
        {
            TrySetException(error);
        }
    }
}
