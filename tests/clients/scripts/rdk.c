/* librdkafka as the acceptance suite drives it; see README.md beside this folder for the commands and records.py
 * for the record file. Build: gcc -Wall -O1 rdk.c -o rdk $(pkg-config --cflags --libs rdkafka) */
#include <librdkafka/rdkafka.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int arg_count;
static char **args;
static int failed;

static void die(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static const char *option(const char *name, const char *otherwise) {
    size_t length = strlen(name);
    for (int i = 2; i < arg_count; i++)
        if (!strncmp(args[i], name, length) && args[i][length] == '=') return args[i] + length + 1;
    if (!otherwise) die(name, "argument missing");
    return otherwise;
}

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec + at.tv_nsec / 1e9;
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
    char error[512];
    if (rd_kafka_conf_set(conf, name, value, error, sizeof error) != RD_KAFKA_CONF_OK) die(name, error);
}

static rd_kafka_t *client(rd_kafka_type_t type, rd_kafka_conf_t *conf) {
    char error[512];
    set(conf, "bootstrap.servers", option("broker", NULL));
    set(conf, "client.id", "rdk");
    set(conf, "reconnect.backoff.max.ms", "500");
    rd_kafka_t *rk = rd_kafka_new(type, conf, error, sizeof error);
    if (!rk) die("rd_kafka_new", error);
    return rk;
}

/* ---- record file ---- */

typedef struct { const char *at; int32_t length; } bytes_t; /* length -1: null */

static char *load(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    if (!file) die(path, "cannot open");
    fseek(file, 0, SEEK_END);
    *length = (size_t)ftell(file);
    rewind(file);
    char *data = malloc(*length + 1);
    if (fread(data, 1, *length, file) != *length) die(path, "cannot read");
    fclose(file);
    return data;
}

static int64_t take_int(const char **at, int size) {
    uint64_t n = 0;
    for (int i = 0; i < size; i++) n = n << 8 | (uint8_t)*(*at)++;
    return size == 4 ? (int32_t)n : (int64_t)n;
}

static bytes_t take_bytes(const char **at) {
    bytes_t found = {NULL, (int32_t)take_int(at, 4)};
    if (found.length >= 0) {
        found.at = *at;
        *at += found.length;
    }
    return found;
}

static void put_int(FILE *out, int64_t n, int size) {
    while (size-- > 0) fputc((int)((uint64_t)n >> (8 * size) & 0xff), out);
}

static void put_bytes(FILE *out, const void *at, size_t length) {
    put_int(out, at ? (int64_t)length : -1, 4);
    if (at) fwrite(at, 1, length, out);
}

static void put_message(FILE *out, const rd_kafka_message_t *message) {
    const char *topic = rd_kafka_topic_name(message->rkt);
    put_bytes(out, topic, strlen(topic));
    put_int(out, message->partition, 4);
    put_int(out, message->offset, 8);
    put_int(out, rd_kafka_message_timestamp(message, NULL), 8);
    put_bytes(out, message->key, message->key_len);
    put_bytes(out, message->payload, message->len);
    rd_kafka_headers_t *headers = NULL;
    size_t count = rd_kafka_message_headers(message, &headers) ? 0 : rd_kafka_header_cnt(headers);
    put_int(out, (int64_t)count, 4);
    for (size_t i = 0; i < count; i++) {
        const char *name;
        const void *value;
        size_t length;
        rd_kafka_header_get_all(headers, i, &name, &value, &length);
        put_bytes(out, name, strlen(name));
        put_bytes(out, value, length);
    }
}

/* ---- produce ---- */

static void delivered(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque) {
    long index = (long)(intptr_t)message->_private;
    if (message->err) {
        failed++;
        printf("err %ld %s\n", index, rd_kafka_err2str(message->err));
    } else
        printf("ack %ld %d %lld\n", index, message->partition, (long long)message->offset);
    fflush(stdout);
}

static const char *send_one(rd_kafka_t *rk, const char *at, long index) {
    char topic[256];
    bytes_t name = take_bytes(&at);
    snprintf(topic, sizeof topic, "%.*s", name.length, name.at);
    int32_t partition = (int32_t)take_int(&at, 4);
    take_int(&at, 8);
    int64_t timestamp = take_int(&at, 8);
    bytes_t key = take_bytes(&at), value = take_bytes(&at);
    rd_kafka_headers_t *headers = rd_kafka_headers_new(8);
    for (int64_t count = take_int(&at, 4); count > 0; count--) {
        bytes_t header = take_bytes(&at), content = take_bytes(&at);
        rd_kafka_header_add(headers, header.at, header.length, content.at, content.length < 0 ? 0 : content.length);
    }
    for (;;) {
        rd_kafka_headers_t *copy = rd_kafka_headers_copy(headers);
        rd_kafka_resp_err_t error = rd_kafka_producev(
            rk, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
            RD_KAFKA_V_KEY(key.at, key.length < 0 ? 0 : (size_t)key.length),
            RD_KAFKA_V_VALUE((void *)value.at, value.length < 0 ? 0 : (size_t)value.length),
            RD_KAFKA_V_TIMESTAMP(timestamp < 0 ? 0 : timestamp), RD_KAFKA_V_HEADERS(copy),
            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_OPAQUE((void *)(intptr_t)index), RD_KAFKA_V_END);
        if (!error) break;
        rd_kafka_headers_destroy(copy);
        if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) die("produce", rd_kafka_err2str(error));
        rd_kafka_poll(rk, 100);
    }
    rd_kafka_headers_destroy(headers);
    return at;
}

static int produce(void) {
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    int idempotent = !strcmp(option("idempotent", "false"), "true");
    set(conf, "enable.idempotence", idempotent ? "true" : "false");
    if (!idempotent) set(conf, "max.in.flight", "1");
    set(conf, "acks", option("acks", "all"));
    set(conf, "compression.codec", option("codec", "none"));
    set(conf, "linger.ms", "20");
    set(conf, "batch.num.messages", option("batch", "10000"));
    set(conf, "message.max.bytes", "4194304");
    set(conf, "message.timeout.ms", "90000");
    set(conf, "socket.timeout.ms", "10000");
    set(conf, "partitioner", "murmur2_random");
    rd_kafka_conf_set_dr_msg_cb(conf, delivered);
    rd_kafka_t *rk = client(RD_KAFKA_PRODUCER, conf);
    size_t length;
    char *data = load(option("in", NULL), &length);
    double rate = atof(option("rate", "0")), start = now();
    long index = 0;
    for (const char *at = data; at < data + length; index++) {
        at = send_one(rk, at, index);
        double ahead = rate > 0 && index % 20 == 0 ? start + index / rate - now() : 0;
        rd_kafka_poll(rk, ahead > 0 ? (int)(ahead * 1000) : 0);
        if (ahead > 0) {
            ahead = start + index / rate - now();
            if (ahead > 0) usleep((useconds_t)(ahead * 1e6));
        }
    }
    rd_kafka_flush(rk, 90000);
    int left = rd_kafka_outq_len(rk);
    rd_kafka_destroy(rk);
    free(data);
    return failed || left ? 1 : 0;
}

/* ---- consume ---- */

static rd_kafka_t *consumer(const char *group, const char *eof) {
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "group.id", group);
    set(conf, "auto.offset.reset", "earliest");
    set(conf, "enable.auto.commit", "false");
    set(conf, "enable.partition.eof", eof);
    set(conf, "session.timeout.ms", "30000");
    rd_kafka_t *rk = client(RD_KAFKA_CONSUMER, conf);
    rd_kafka_poll_set_consumer(rk);
    return rk;
}

static rd_kafka_topic_partition_list_t *topics(void) {
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);
    char *names = strdup(option("topics", NULL));
    for (char *name = strtok(names, ","); name; name = strtok(NULL, ","))
        rd_kafka_topic_partition_list_add(list, name, RD_KAFKA_PARTITION_UA);
    free(names);
    return list;
}

static rd_kafka_topic_partition_list_t *all_partitions(rd_kafka_t *rk, rd_kafka_topic_partition_list_t *of) {
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(32);
    for (int i = 0; i < of->cnt; i++) {
        const struct rd_kafka_metadata *metadata;
        rd_kafka_topic_t *topic = rd_kafka_topic_new(rk, of->elems[i].topic, NULL);
        rd_kafka_resp_err_t error = rd_kafka_metadata(rk, 0, topic, &metadata, 30000);
        if (error) die("metadata", rd_kafka_err2str(error));
        for (int p = 0; p < metadata->topics[0].partition_cnt; p++)
            rd_kafka_topic_partition_list_add(list, of->elems[i].topic, metadata->topics[0].partitions[p].id)->offset =
                RD_KAFKA_OFFSET_BEGINNING;
        rd_kafka_metadata_destroy(metadata);
        rd_kafka_topic_destroy(topic);
    }
    return list;
}

static int consume(void) {
    rd_kafka_t *rk = consumer("unused", "true");
    rd_kafka_topic_partition_list_t *names = topics(), *open = all_partitions(rk, names);
    rd_kafka_assign(rk, open);
    FILE *out = fopen(option("out", NULL), "wb");
    double deadline = now() + atof(option("wait", "60"));
    long least = atol(option("count", "0")), got = 0;
    while (open->cnt > 0 || got < least) {
        if (now() > deadline) die("consume", "timed out short of the end");
        rd_kafka_message_t *message = rd_kafka_consumer_poll(rk, 200);
        if (!message) continue;
        if (!message->err) {
            put_message(out, message);
            got++;
        } else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
            rd_kafka_topic_partition_list_del(open, rd_kafka_topic_name(message->rkt), message->partition);
        else
            printf("warn %s\n", rd_kafka_message_errstr(message));
        rd_kafka_message_destroy(message);
    }
    fclose(out);
    rd_kafka_topic_partition_list_destroy(names);
    rd_kafka_topic_partition_list_destroy(open);
    rd_kafka_consumer_close(rk);
    rd_kafka_destroy(rk);
    return 0;
}

static int group(void) {
    rd_kafka_t *rk = consumer(option("group", NULL), "false");
    rd_kafka_topic_partition_list_t *names = topics(), *positions = rd_kafka_topic_partition_list_new(8);
    rd_kafka_subscribe(rk, names);
    FILE *out = fopen(option("out", NULL), "wb");
    double deadline = now() + atof(option("wait", "60"));
    long count = atol(option("count", NULL)), got = 0;
    while (got < count) {
        if (now() > deadline) die("group", "timed out");
        rd_kafka_message_t *message = rd_kafka_consumer_poll(rk, 200);
        if (!message) continue;
        if (!message->err) {
            const char *topic = rd_kafka_topic_name(message->rkt);
            put_message(out, message);
            got++;
            rd_kafka_topic_partition_t *at = rd_kafka_topic_partition_list_find(positions, topic, message->partition);
            if (!at) at = rd_kafka_topic_partition_list_add(positions, topic, message->partition);
            at->offset = message->offset + 1;
        } else
            printf("warn %s\n", rd_kafka_message_errstr(message));
        rd_kafka_message_destroy(message);
    }
    fclose(out);
    rd_kafka_resp_err_t error = rd_kafka_commit(rk, positions, 0);
    if (error) die("commit", rd_kafka_err2str(error));
    rd_kafka_topic_partition_list_destroy(names);
    rd_kafka_topic_partition_list_destroy(positions);
    rd_kafka_consumer_close(rk);
    rd_kafka_destroy(rk);
    return 0;
}

int main(int count, char **values) {
    arg_count = count;
    args = values;
    if (count > 1 && !strcmp(values[1], "produce")) return produce();
    if (count > 1 && !strcmp(values[1], "consume")) return consume();
    if (count > 1 && !strcmp(values[1], "group")) return group();
    die("usage", "rdk produce|consume|group name=value...");
}
