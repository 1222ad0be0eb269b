"""The record file that the acceptance suite exchanges with every client program.

Big endian, record after record: topic, partition (int32, -1 = the client's partitioner), offset (int64),
timestamp (int64 ms, -1 = the client's clock), key, value, header count (int32), then name and value of each
header. Byte strings are an int32 length and the bytes; length -1 is null.
"""
import struct
import sys
import time
from collections import namedtuple

Record = namedtuple('Record', 'topic partition offset timestamp key value headers')


def _take_bytes(data, at):
    (length,) = struct.unpack_from('>i', data, at)
    at += 4
    return (None, at) if length < 0 else (data[at:at + length], at + length)


def _put_bytes(out, value):
    if value is None:
        out.write(struct.pack('>i', -1))
    else:
        out.write(struct.pack('>i', len(value)))
        out.write(value)


def read(path):
    with open(path, 'rb') as file:
        data = file.read()
    at = 0
    while at < len(data):
        topic, at = _take_bytes(data, at)
        partition, offset, timestamp = struct.unpack_from('>iqq', data, at)
        key, at = _take_bytes(data, at + 20)
        value, at = _take_bytes(data, at)
        (count,) = struct.unpack_from('>i', data, at)
        at += 4
        headers = []
        for _ in range(count):
            name, at = _take_bytes(data, at)
            content, at = _take_bytes(data, at)
            headers.append((name.decode(), content))
        yield Record(topic.decode(), partition, offset, timestamp, key, value, headers)


def write(out, record):
    _put_bytes(out, record.topic.encode())
    out.write(struct.pack('>iqq', record.partition, record.offset, record.timestamp))
    _put_bytes(out, record.key)
    _put_bytes(out, record.value)
    out.write(struct.pack('>i', len(record.headers)))
    for name, content in record.headers:
        _put_bytes(out, name.encode())
        _put_bytes(out, content)


def arguments():
    """The command and its name=value arguments."""
    return sys.argv[1], dict(argument.split('=', 1) for argument in sys.argv[2:])


def hold(options):
    """With hold=true: says that all is read and committed, and stays in the group until standard input ends."""
    if options.get('hold') == 'true':
        print('done', flush=True)
        sys.stdin.read()


class Pace:
    """Holds a producer to so many records per second; 0 is unlimited."""

    def __init__(self, rate):
        self._rate = rate
        self._sent = 0
        self._start = time.monotonic()

    def next(self):
        """Seconds to wait before the next record."""
        self._sent += 1
        if self._rate == 0 or self._sent % 20:
            return 0
        return max(0.0, self._start + self._sent / self._rate - time.monotonic())
