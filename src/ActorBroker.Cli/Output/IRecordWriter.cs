using ActorBroker.Log;

namespace ActorBroker.Cli.Output;

/// <summary>Prints records in one of the ways.</summary>
internal interface IRecordWriter
{
    void Write(int partition, Record record);
}
