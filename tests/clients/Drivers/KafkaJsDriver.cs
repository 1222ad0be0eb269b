using ActorBroker.Clients.Acceptance.Programs;
using ActorBroker.Clients.Acceptance.Records;

namespace ActorBroker.Clients.Acceptance.Drivers;

/// <summary>kafkajs. Without further packages it knows gzip only, and a zstd batch ends its consumer.</summary>
internal sealed class KafkaJsDriver() : ScriptDriver("kafkajs", ClientPrograms.KafkaJs,
    () => Task.FromResult<string[]>(["node", ClientPrograms.Script("kjs.js")]))
{
    public override IReadOnlyList<string> Codecs => ["none", "gzip"];

    public override bool CanSend(KafkaRecord record) => record.Headers.All(header => header.Value is not null);
}
