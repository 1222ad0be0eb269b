namespace ActorBroker.Log;

/// <summary>What is wrong with the bytes of a batch. Untrusted bytes are not bugs: these are values, never exceptions.</summary>
public enum BatchError
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>The bytes end before the batch does: a cut tail, or nothing at all.</summary>
    Incomplete,

    /// <summary>The length field is smaller than the fixed part of a batch.</summary>
    LengthTooSmall,

    /// <summary>The batch, or what it decompresses to, is above the caller's limit.</summary>
    TooLarge,

    /// <summary>Not magic 2. Magic 0 and 1 are the message sets of before 2017.</summary>
    UnknownMagic,

    /// <summary>The bytes after the CRC field do not match it.</summary>
    BadCrc,

    /// <summary>Record count and last offset delta are negative, or do not fit each other.</summary>
    BadRecordCount,

    /// <summary>A control batch where only a producer's batch is allowed.</summary>
    ControlBatch,

    /// <summary>A producer id without a sequence number, or a transactional batch without a producer id.</summary>
    BadSequence,

    /// <summary>The records do not fill the payload exactly, or a length, count or offset inside is impossible.</summary>
    BadRecords,

    /// <summary>Unknown codec, or a compressed stream that is damaged.</summary>
    BadCompression,

    /// <summary>More bytes follow the batch where exactly one batch is allowed.</summary>
    MoreThanOneBatch,

    /// <summary>A record without a key where keys are required (a compacted topic).</summary>
    MissingKey,
}
