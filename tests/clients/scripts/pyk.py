"""kafka-python as the acceptance suite drives it; see README.md beside this folder for the commands."""
import sys
import time

import kafka.codec
from kafka import ConsumerRebalanceListener, KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic
from kafka.structs import OffsetAndMetadata

import records

API_VERSION = (2, 5, 0)
# kafka-python unpacks a zstd batch of an unnamed size up to 1 MB only; ours have a record of that size in them.
kafka.codec.ZSTD_MAX_OUTPUT_SIZE = 64 * 1024 * 1024
COMMAND, OPTIONS = records.arguments()
BROKER = OPTIONS['broker']


def produce():
    acks = OPTIONS.get('acks', 'all')
    codec = OPTIONS.get('codec', 'none')
    producer = KafkaProducer(
        bootstrap_servers=BROKER, client_id='pyk', api_version=API_VERSION,
        acks=acks if acks == 'all' else int(acks), compression_type=None if codec == 'none' else codec,
        linger_ms=20, batch_size=64 * 1024, buffer_memory=256 * 1024 * 1024, max_request_size=4 * 1024 * 1024,
        max_block_ms=60000, request_timeout_ms=60000, retries=1000, retry_backoff_ms=100,
        reconnect_backoff_max_ms=500, max_in_flight_requests_per_connection=1)
    pace = records.Pace(int(OPTIONS.get('rate', '0')))
    failed = 0

    def acknowledged(index, metadata):
        print('ack', index, metadata.partition, metadata.offset, flush=True)

    def refused(index, error):
        nonlocal failed
        failed += 1
        print('err', index, type(error).__name__, error, flush=True)

    for index, record in enumerate(records.read(OPTIONS['in'])):
        time.sleep(pace.next())
        future = producer.send(
            record.topic, key=record.key, value=record.value, headers=record.headers,
            partition=record.partition if record.partition >= 0 else None,
            timestamp_ms=record.timestamp if record.timestamp >= 0 else None)
        future.add_callback(lambda metadata, index=index: acknowledged(index, metadata))
        future.add_errback(lambda error, index=index: refused(index, error))
    producer.flush(90)
    producer.close(10)
    return 1 if failed else 0


def from_kafka(message):
    return records.Record(message.topic, message.partition, message.offset, message.timestamp,
                          message.key, message.value, message.headers)


def new_consumer(**more):
    return KafkaConsumer(
        bootstrap_servers=BROKER, client_id='pyk', api_version=API_VERSION, auto_offset_reset='earliest',
        enable_auto_commit=False, max_partition_fetch_bytes=2 * 1024 * 1024, reconnect_backoff_max_ms=500, **more)


def consume():
    consumer = new_consumer()
    deadline = time.monotonic() + float(OPTIONS.get('wait', '60'))
    partitions = [TopicPartition(topic, partition) for topic in OPTIONS['topics'].split(',')
                  for partition in sorted(consumer.partitions_for_topic(topic))]
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    consumer.seek_to_beginning()
    least, got = int(OPTIONS.get('count', '0')), 0
    open_partitions = {partition for partition in partitions if consumer.position(partition) < ends[partition]}
    with open(OPTIONS['out'], 'wb') as out:
        while open_partitions or got < least:
            if time.monotonic() > deadline:
                raise TimeoutError('%d records, still short of the end: %s' % (got, open_partitions))
            for partition, messages in consumer.poll(timeout_ms=500, max_records=5000).items():
                for message in messages:
                    records.write(out, from_kafka(message))
                got += len(messages)
            open_partitions = {tp for tp in open_partitions if consumer.position(tp) < ends[tp]}
    consumer.close()
    return 0


class Assignments(ConsumerRebalanceListener):
    def on_partitions_revoked(self, revoked):
        pass

    def on_partitions_assigned(self, assigned):
        print('assigned', len(assigned), flush=True)


def group():
    consumer = new_consumer(group_id=OPTIONS['group'], session_timeout_ms=30000, heartbeat_interval_ms=500)
    consumer.subscribe(OPTIONS['topics'].split(','), listener=Assignments())
    count, got, positions = int(OPTIONS['count']), 0, {}
    deadline = time.monotonic() + float(OPTIONS.get('wait', '60'))
    with open(OPTIONS['out'], 'wb') as out:
        while got < count:
            if time.monotonic() > deadline:
                raise TimeoutError('%d of %d records' % (got, count))
            for partition, messages in consumer.poll(timeout_ms=500, max_records=count - got).items():
                for message in messages:
                    records.write(out, from_kafka(message))
                got += len(messages)
                positions[partition] = OffsetAndMetadata(messages[-1].offset + 1, 'pyk')
    consumer.commit(positions)
    records.hold(OPTIONS)
    consumer.close()
    return 0


def admin():
    client = KafkaAdminClient(bootstrap_servers=BROKER, client_id='pyk', api_version=API_VERSION)
    action = OPTIONS['action']
    if action == 'create':
        client.create_topics([NewTopic(OPTIONS['topic'], int(OPTIONS['partitions']), 1)])
    elif action == 'list':
        for topic in sorted(client.list_topics()):
            print('topic', topic)
    elif action == 'describe':
        (topic,) = client.describe_topics([OPTIONS['topic']])
        print('partitions', len(topic['partitions']))
    elif action == 'delete':
        client.delete_topics([OPTIONS['topic']])
    elif action == 'groups':
        for name, _ in client.list_consumer_groups():
            print('group', name)
    elif action == 'offsets':
        for partition, found in client.list_consumer_group_offsets(OPTIONS['group']).items():
            print('committed', partition.topic, partition.partition, found.offset)
    client.close()
    return 0


sys.exit({'produce': produce, 'consume': consume, 'group': group, 'admin': admin}[COMMAND]())
