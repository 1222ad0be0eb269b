"""confluent-kafka (librdkafka) as the acceptance suite drives it; see README.md beside this folder."""
import os
import sys
import time

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

import records

COMMAND, OPTIONS = records.arguments()
BROKER = OPTIONS['broker']

# confluent-kafka 1.7 gives back one reference to None too many for each header without a value.
SPARE_REFERENCES = [None] * 100_000


def produce():
    producer = Producer({
        'bootstrap.servers': BROKER, 'client.id': 'cfk', 'acks': OPTIONS.get('acks', 'all'),
        'enable.idempotence': OPTIONS.get('idempotent') == 'true', 'compression.codec': OPTIONS.get('codec', 'none'),
        'linger.ms': 20, 'batch.num.messages': int(OPTIONS.get('batch', '10000')),
        'message.max.bytes': 4 * 1024 * 1024, 'partitioner': 'murmur2_random',
        'reconnect.backoff.max.ms': 500, 'socket.timeout.ms': 10000, 'message.timeout.ms': 90000,
        **({} if OPTIONS.get('idempotent') == 'true' else {'max.in.flight': 1})})
    pace = records.Pace(int(OPTIONS.get('rate', '0')))
    failed = 0

    def delivered(index, error, message):
        nonlocal failed
        if error is None:
            offset = message.offset()  # None with acks=0
            print('ack', index, message.partition(), -1 if offset is None else offset, flush=True)
        else:
            failed += 1
            print('err', index, error, flush=True)

    for index, record in enumerate(records.read(OPTIONS['in'])):
        producer.poll(pace.next())
        while True:
            try:
                producer.produce(
                    record.topic, value=record.value, key=record.key, partition=record.partition,
                    headers=record.headers, timestamp=max(record.timestamp, 0),
                    on_delivery=lambda error, message, index=index: delivered(index, error, message))
                break
            except BufferError:
                producer.poll(0.1)
    left = producer.flush(90)
    return 1 if failed or left else 0


def from_kafka(message):
    return records.Record(message.topic(), message.partition(), message.offset(), message.timestamp()[1],
                          message.key(), message.value(), message.headers() or [])


def new_consumer(**more):
    return Consumer({
        'bootstrap.servers': BROKER, 'client.id': 'cfk', 'group.id': OPTIONS.get('group', 'unused'),
        'auto.offset.reset': 'earliest', 'enable.auto.commit': False, 'reconnect.backoff.max.ms': 500, **more})


def consume():
    consumer = new_consumer(**{'enable.partition.eof': True})
    deadline = time.monotonic() + float(OPTIONS.get('wait', '60'))
    partitions = [TopicPartition(topic, partition, OFFSET_BEGINNING) for topic in OPTIONS['topics'].split(',')
                  for partition in consumer.list_topics(topic, 30).topics[topic].partitions]
    consumer.assign(partitions)
    least, got, ended = int(OPTIONS.get('count', '0')), 0, set()
    with open(OPTIONS['out'], 'wb') as out:
        while len(ended) < len(partitions) or got < least:
            if time.monotonic() > deadline:
                raise TimeoutError('%d records, the end of %d of %d partitions' % (got, len(ended), len(partitions)))
            for message in consumer.consume(2000, 0.2):
                if message.error() is None:
                    records.write(out, from_kafka(message))
                    got += 1
                elif message.error().code() == KafkaError._PARTITION_EOF:
                    ended.add((message.topic(), message.partition()))
                else:
                    print('warn', message.error(), flush=True)
    consumer.close()
    return 0


def group():
    consumer = new_consumer(**{'session.timeout.ms': 30000, 'heartbeat.interval.ms': 500})
    consumer.subscribe(OPTIONS['topics'].split(','), on_assign=lambda _, assigned: print('assigned', len(assigned), flush=True))
    deadline = time.monotonic() + float(OPTIONS.get('wait', '60'))
    count, got, positions = int(OPTIONS['count']), 0, {}
    with open(OPTIONS['out'], 'wb') as out:
        while got < count:
            if time.monotonic() > deadline:
                raise TimeoutError('%d of %d records' % (got, count))
            message = consumer.poll(0.5)
            if message is None:
                continue
            if message.error() is not None:
                print('warn', message.error(), flush=True)
                continue
            records.write(out, from_kafka(message))
            got += 1
            positions[(message.topic(), message.partition())] = message.offset() + 1
    consumer.commit(offsets=[TopicPartition(*at, offset) for at, offset in positions.items()], asynchronous=False)
    records.hold(OPTIONS)
    consumer.close()
    return 0


def admin():
    client = AdminClient({'bootstrap.servers': BROKER, 'client.id': 'cfk'})
    action = OPTIONS['action']
    if action == 'create':
        topic = NewTopic(OPTIONS['topic'], num_partitions=int(OPTIONS['partitions']), replication_factor=1)
        client.create_topics([topic])[OPTIONS['topic']].result(30)
    elif action == 'list':
        for topic in sorted(client.list_topics(timeout=30).topics):
            print('topic', topic)
    elif action == 'describe':
        print('partitions', len(client.list_topics(OPTIONS['topic'], 30).topics[OPTIONS['topic']].partitions))
    elif action == 'delete':
        client.delete_topics([OPTIONS['topic']])[OPTIONS['topic']].result(30)
    elif action == 'groups':
        for found in client.list_groups(timeout=30):
            print('group', found.id)
    elif action == 'offsets':
        consumer = new_consumer()
        metadata = consumer.list_topics(OPTIONS['topic'], 30).topics[OPTIONS['topic']]
        for at in consumer.committed([TopicPartition(OPTIONS['topic'], p) for p in metadata.partitions], 30):
            print('committed', at.topic, at.partition, at.offset)
        consumer.close()
    return 0


status = {'produce': produce, 'consume': consume, 'group': group, 'admin': admin}[COMMAND]()
sys.stdout.flush()
os._exit(status)
