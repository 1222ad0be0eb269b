namespace ActorBroker.Log;

/// <summary>Where the fields of a record batch (magic 2) are. Big endian; drawn in README, "Batch".</summary>
internal static class BatchHeaderLayout
{
    public const int BaseOffsetAt = 0;
    public const int LengthAt = 8;
    public const int EpochAt = 12;
    public const int MagicAt = 16;
    public const int CrcAt = 17;
    public const int AttributesAt = 21;
    public const int LastOffsetDeltaAt = 23;
    public const int BaseTimestampAt = 27;
    public const int MaxTimestampAt = 35;
    public const int ProducerIdAt = 43;
    public const int ProducerEpochAt = 51;
    public const int BaseSequenceAt = 53;
    public const int RecordCountAt = 57;
    public const int PayloadAt = 61;

    /// <summary>The length field counts the bytes that follow it.</summary>
    public const int BytesBeforeLengthCounts = 12;

    /// <summary>The CRC covers everything from the attributes on, so offset and epoch can be stamped without touching it.</summary>
    public const int CrcFrom = AttributesAt;

    public const byte Magic = 2;

    public const int CodecMask = 0x07;
    public const int LogAppendTimeBit = 0x08;
    public const int TransactionalBit = 0x10;
    public const int ControlBit = 0x20;
    public const int DeleteHorizonBit = 0x40;
}
