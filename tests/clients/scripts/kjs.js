// kafkajs as the acceptance suite drives it; see README.md beside this folder for the commands.
const fs = require('fs')
const { Kafka, CompressionTypes, logLevel } = require('kafkajs')

const command = process.argv[2]
const options = Object.fromEntries(process.argv.slice(3).map(a => [a.slice(0, a.indexOf('=')), a.slice(a.indexOf('=') + 1)]))
const kafka = new Kafka({
  clientId: 'kjs', brokers: options.broker.split(','), logLevel: logLevel.NOTHING, requestTimeout: 10000,
  retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 100 }
})

// The record file is described in records.py.
function * readRecords (path) {
  const data = fs.readFileSync(path)
  let at = 0
  const int32 = () => { at += 4; return data.readInt32BE(at - 4) }
  const int64 = () => { at += 8; return data.readBigInt64BE(at - 8) }
  const bytes = () => {
    const length = int32()
    if (length < 0) return null
    at += length
    return data.subarray(at - length, at)
  }
  while (at < data.length) {
    const record = { topic: bytes().toString(), partition: int32(), offset: int64(), timestamp: int64(), key: bytes(), value: bytes(), headers: {} }
    for (let count = int32(); count > 0; count--) {
      const name = bytes().toString(); const value = bytes()
      if (name in record.headers) record.headers[name] = [].concat(record.headers[name], [value])
      else record.headers[name] = value
    }
    yield record
  }
}

function encodeRecord (topic, partition, message) {
  const parts = []
  const int32 = n => { const b = Buffer.alloc(4); b.writeInt32BE(n); parts.push(b) }
  const int64 = n => { const b = Buffer.alloc(8); b.writeBigInt64BE(BigInt(n)); parts.push(b) }
  const bytes = b => { if (b == null) return int32(-1); int32(b.length); parts.push(b) }
  bytes(Buffer.from(topic)); int32(partition); int64(message.offset); int64(message.timestamp)
  bytes(message.key); bytes(message.value)
  const headers = Object.entries(message.headers || {}).flatMap(([name, v]) => Array.isArray(v) ? v.map(one => [name, one]) : [[name, v]])
  int32(headers.length)
  for (const [name, value] of headers) { bytes(Buffer.from(name)); bytes(value) }
  return Buffer.concat(parts)
}

async function produce () {
  const producer = kafka.producer({ allowAutoTopicCreation: true, maxInFlightRequests: 1 })
  await producer.connect()
  const acks = { all: -1, 1: 1, 0: 0 }[options.acks ?? 'all']
  const compression = { none: CompressionTypes.None, gzip: CompressionTypes.GZIP }[options.codec ?? 'none']
  const rate = Number(options.rate ?? 0); const start = Date.now(); let sent = 0
  let batch = []; let batchBytes = 0
  const send = async () => {
    const topics = new Map()
    for (const { record, index } of batch) {
      if (!topics.has(record.topic)) topics.set(record.topic, [])
      const message = { key: record.key, value: record.value, headers: record.headers }
      if (record.partition >= 0) message.partition = record.partition
      if (record.timestamp >= 0n) message.timestamp = record.timestamp.toString()
      topics.get(record.topic).push({ message, index })
    }
    const topicMessages = [...topics].map(([topic, list]) => ({ topic, messages: list.map(one => one.message) }))
    const answer = await producer.sendBatch({ topicMessages, acks, compression })
    const next = new Map(answer.map(a => [`${a.topicName}/${a.partition}`, BigInt(a.baseOffset)]))
    const lines = []
    for (const { record, index } of batch) {
      const at = `${record.topic}/${record.partition}`
      lines.push(`ack ${index} ${record.partition} ${next.get(at) ?? -1}\n`)
      if (next.has(at)) next.set(at, next.get(at) + 1n)
    }
    fs.writeSync(1, lines.join(''))
    batch = []; batchBytes = 0
  }
  for (const record of readRecords(options.in)) {
    batch.push({ record, index: sent++ }); batchBytes += (record.value?.length ?? 0) + 100
    if (batchBytes < (rate ? 50000 : 500000)) continue
    await send()
    const ahead = rate ? start + sent / rate * 1000 - Date.now() : 0
    if (ahead > 0) await new Promise(resolve => setTimeout(resolve, ahead))
  }
  if (batch.length) await send()
  await producer.disconnect()
}

// Reads until the ends known at the start and at least `count` records are there; kafkajs reads in a group only.
async function consume () {
  const topics = options.topics.split(',')
  const admin = kafka.admin(); await admin.connect()
  const missing = new Map()
  for (const topic of topics) {
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      if (BigInt(high) > BigInt(low)) missing.set(`${topic}/${partition}`, BigInt(high))
    }
  }
  await admin.disconnect()
  const out = fs.openSync(options.out, 'w'); let got = 0
  const least = Number(options.count ?? 0)
  if (missing.size === 0 && least === 0) return
  const consumer = kafka.consumer({ groupId: `kjs-${process.pid}-${Date.now()}`, maxBytesPerPartition: 2 * 1024 * 1024, maxWaitTimeInMs: 500, sessionTimeout: 30000, rebalanceTimeout: 10000 })
  await consumer.connect(); await consumer.subscribe({ topics, fromBeginning: true })
  await new Promise((resolve, reject) => {
    const wait = Number(options.wait ?? 60) * 1000
    const timer = setTimeout(() => reject(new Error(`${got} records, still short of the end: ${[...missing.keys()]}`)), wait)
    consumer.on(consumer.events.CRASH, e => reject(e.payload.error))
    consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        fs.writeSync(out, Buffer.concat(batch.messages.map(m => encodeRecord(batch.topic, batch.partition, m))))
        got += batch.messages.length
        const at = `${batch.topic}/${batch.partition}`
        if (missing.has(at) && BigInt(batch.lastOffset()) + 1n >= missing.get(at)) missing.delete(at)
        if (missing.size === 0 && got >= least) { clearTimeout(timer); resolve() }
      }
    }).catch(reject)
  })
  await consumer.disconnect()
  fs.closeSync(out)
}

async function group () {
  const consumer = kafka.consumer({ groupId: options.group, maxWaitTimeInMs: 500, sessionTimeout: 30000, rebalanceTimeout: 10000, heartbeatInterval: 500 })
  consumer.on(consumer.events.GROUP_JOIN, e => console.log('assigned', Object.values(e.payload.memberAssignment).flat().length))
  await consumer.connect(); await consumer.subscribe({ topics: options.topics.split(','), fromBeginning: true })
  const out = fs.openSync(options.out, 'w'); const count = Number(options.count); let got = 0; const positions = new Map()
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${got} of ${count} records`)), Number(options.wait ?? 60) * 1000)
    consumer.on(consumer.events.CRASH, e => reject(e.payload.error))
    consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, partition, message }) => {
        if (got === count) return
        fs.writeSync(out, encodeRecord(topic, partition, message)); got++
        positions.set(`${topic}/${partition}`, { topic, partition, offset: String(BigInt(message.offset) + 1n) })
        if (got === count) { clearTimeout(timer); resolve() }
      }
    }).catch(reject)
  })
  await consumer.commitOffsets([...positions.values()])
  if (options.hold === 'true') {
    console.log('done')
    await new Promise(resolve => process.stdin.resume().on('end', resolve))
  }
  await consumer.disconnect()
  fs.closeSync(out)
}

async function admin () {
  const admin = kafka.admin(); await admin.connect()
  switch (options.action) {
    case 'create':
      await admin.createTopics({ topics: [{ topic: options.topic, numPartitions: Number(options.partitions), replicationFactor: 1 }] })
      break
    case 'list':
      for (const topic of (await admin.listTopics()).sort()) console.log('topic', topic)
      break
    case 'describe':
      console.log('partitions', (await admin.fetchTopicMetadata({ topics: [options.topic] })).topics[0].partitions.length)
      break
    case 'delete':
      await admin.deleteTopics({ topics: [options.topic] })
      break
    case 'groups':
      for (const { groupId } of (await admin.listGroups()).groups) console.log('group', groupId)
      break
    case 'offsets':
      for (const { topic, partitions } of await admin.fetchOffsets({ groupId: options.group, topics: [options.topic] })) {
        for (const { partition, offset } of partitions) console.log('committed', topic, partition, offset)
      }
      break
  }
  await admin.disconnect()
}

const commands = { produce, consume, group, admin }
commands[command]().then(() => process.exit(0), error => { console.error(error); process.exit(1) })
