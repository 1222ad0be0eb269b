using ActorBroker.Clients.Acceptance.Programs;
using ActorBroker.Clients.Acceptance.Records;

namespace ActorBroker.Clients.Acceptance.Drivers;

/// <summary>kafka-python. It insists on a key or a value, and on a value for each header.</summary>
internal sealed class KafkaPythonDriver() : ScriptDriver("kafka-python", ClientPrograms.KafkaPython,
    () => Task.FromResult<string[]>([ClientPrograms.SystemPython, ClientPrograms.Script("pyk.py")]))
{
    public override bool CanSend(KafkaRecord record) =>
        (record.Key is not null || record.Value is not null) && record.Headers.All(header => header.Value is not null);
}
