/* The bench's runner; see main.c. */
#ifndef RUNNER_H
#define RUNNER_H

#include <stddef.h>
#include <stdint.h>

/* A buffer that is read (position moves up to length) or written (length grows up to capacity). */
struct buffer {
  unsigned char *bytes;
  size_t length, capacity, position;
};

/* One message from stdin: u32 length, then that many bytes. False at the end of the input. */
int read_message(struct buffer *message);
void write_message(const struct buffer *message);

uint32_t take_u32(struct buffer *message);
/* u32 length and bytes; what is returned ends in NUL and is the caller's to free. */
char *take_text(struct buffer *message, uint32_t *length);

void put_u32(struct buffer *message, uint32_t value);
void put_i64(struct buffer *message, int64_t value);
void put_bytes(struct buffer *message, const void *bytes, uint32_t length);

/* CLOCK_MONOTONIC in nanoseconds: one clock for all namespaces and processes. */
int64_t now_nanos(void);
/* Says what was attempted and why it did not go, and ends the process. */
_Noreturn void give_up(const char *attempt);

int serve(void);
int echo(const char *netns, const char *target);
int watch(const char *interface);

#endif
