/* The yardstick of the native client: librdkafka writes or reads records of one partition as fast as it can.
 * usage: rdkafka_load produce|produce-many|consume BROKER TOPIC COUNT BYTES; prints seconds. produce-many hands over 1,000 records a call
 * and has none of them copied: at 100 bytes a record the thread that calls it for each takes longer than the broker.
 * Build: gcc -O2 rdkafka_load.c -o rdkafka_load $(pkg-config --cflags --libs rdkafka) */
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static long delivered;

static void die(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
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

static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque) {
    (void)rk;
    (void)opaque;
    if (message->err) die("delivery", rd_kafka_err2str(message->err));
    delivered++;
}

static double produce(rd_kafka_t *rk, rd_kafka_topic_t *topic, long count, size_t bytes) {
    char *value = malloc(bytes);
    memset(value, 'x', bytes);
    double started = now();
    for (long sent = 0; sent < count;) {
        if (!rd_kafka_produce(topic, 0, RD_KAFKA_MSG_F_COPY, value, bytes, NULL, 0, NULL)) sent++;
        else if (rd_kafka_last_error() == RD_KAFKA_RESP_ERR__QUEUE_FULL) rd_kafka_poll(rk, 10);
        else die("produce", rd_kafka_err2str(rd_kafka_last_error()));
        if (sent % 1000 == 0) rd_kafka_poll(rk, 0);
    }
    while (delivered < count) rd_kafka_poll(rk, 10);
    return now() - started;
}

static double produce_many(rd_kafka_t *rk, rd_kafka_topic_t *topic, long count, size_t bytes) {
    static rd_kafka_message_t messages[1000];
    const long many = sizeof messages / sizeof *messages;
    char *value = malloc(bytes);
    memset(value, 'x', bytes);
    double started = now();
    for (long sent = 0; sent < count;) {
        int wanted = (int)(count - sent < many ? count - sent : many);
        memset(messages, 0, sizeof messages);
        for (int i = 0; i < wanted; i++) {
            messages[i].payload = value;
            messages[i].len = bytes;
        }
        int taken = rd_kafka_produce_batch(topic, 0, 0, messages, wanted);
        sent += taken;
        rd_kafka_poll(rk, taken < wanted ? 5 : 0);
    }
    while (delivered < count) rd_kafka_poll(rk, 10);
    return now() - started;
}

static double consume(rd_kafka_topic_t *topic, long count) {
    static rd_kafka_message_t *messages[10000];
    rd_kafka_consume_start(topic, 0, RD_KAFKA_OFFSET_BEGINNING);
    double started = 0;
    for (long read = 0; read < count;) {
        ssize_t got = rd_kafka_consume_batch(topic, 0, 100, messages, 10000);
        if (got > 0 && started == 0) started = now();
        for (ssize_t i = 0; i < got; i++) {
            if (!messages[i]->err) read++;
            rd_kafka_message_destroy(messages[i]);
        }
    }
    double seconds = now() - started;
    rd_kafka_consume_stop(topic, 0);
    return seconds;
}

int main(int argc, char **argv) {
    if (argc != 6) die("usage", "rdkafka_load produce|produce-many|consume BROKER TOPIC COUNT BYTES");
    int many = !strcmp(argv[1], "produce-many"), producing = many || !strcmp(argv[1], "produce");
    char error[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", argv[2]);
    if (producing) {
        set(conf, "linger.ms", "5");
        set(conf, "acks", "1");
        set(conf, "queue.buffering.max.messages", "500000");
        rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    }
    rd_kafka_t *rk = rd_kafka_new(producing ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, conf, error, sizeof error);
    if (!rk) die("rd_kafka_new", error);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(rk, argv[3], NULL);
    long count = atol(argv[4]);
    size_t bytes = (size_t)atol(argv[5]);
    double seconds = many ? produce_many(rk, topic, count, bytes) : producing ? produce(rk, topic, count, bytes) : consume(topic, count);
    printf("%.6f\n", seconds);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(rk);
    return 0;
}
