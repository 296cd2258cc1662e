/* Messages between the bench and its runner: u32 length first, all integers big-endian. */
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner.h"

static int read_fully(void *target, size_t length) {
  for (size_t done = 0; done < length;) {
    ssize_t count = read(STDIN_FILENO, (char *)target + done, length - done);
    if (count == 0) return 0;
    if (count < 0 && errno != EINTR) give_up("read a job");
    if (count > 0) done += (size_t)count;
  }
  return 1;
}

int read_message(struct buffer *message) {
  uint32_t length;
  if (!read_fully(&length, sizeof length)) return 0;
  message->length = ntohl(length);
  message->position = 0;
  free(message->bytes);
  message->bytes = malloc(message->length);
  if (message->bytes == NULL) give_up("make room for a job");
  return read_fully(message->bytes, message->length);
}

static void write_fully(const void *source, size_t length) {
  for (size_t done = 0; done < length;) {
    ssize_t count = write(STDOUT_FILENO, (const char *)source + done, length - done);
    if (count < 0 && errno != EINTR) give_up("write a result");
    if (count > 0) done += (size_t)count;
  }
}

void write_message(const struct buffer *message) {
  uint32_t length = htonl((uint32_t)message->length);
  write_fully(&length, sizeof length);
  write_fully(message->bytes, message->length);
}

static const unsigned char *take(struct buffer *message, size_t length) {
  if (message->length - message->position < length) {
    errno = EBADMSG;
    give_up("read a field of a job");
  }
  message->position += length;
  return message->bytes + message->position - length;
}

uint32_t take_u32(struct buffer *message) {
  uint32_t value;
  memcpy(&value, take(message, sizeof value), sizeof value);
  return ntohl(value);
}

char *take_text(struct buffer *message, uint32_t *length) {
  uint32_t bytes = take_u32(message);
  char *text = malloc(bytes + 1);
  if (text == NULL) give_up("make room for a text");
  memcpy(text, take(message, bytes), bytes);
  text[bytes] = '\0';
  if (length != NULL) *length = bytes;
  return text;
}

static void append(struct buffer *message, const void *bytes, size_t length) {
  if (message->capacity - message->length < length) {
    message->capacity = 2 * (message->length + length);
    message->bytes = realloc(message->bytes, message->capacity);
    if (message->bytes == NULL) give_up("make room for a result");
  }
  if (length > 0) memcpy(message->bytes + message->length, bytes, length);
  message->length += length;
}

void put_u32(struct buffer *message, uint32_t value) {
  uint32_t wire = htonl(value);
  append(message, &wire, sizeof wire);
}

void put_i64(struct buffer *message, int64_t value) {
  uint64_t wire = htobe64((uint64_t)value);
  append(message, &wire, sizeof wire);
}

void put_bytes(struct buffer *message, const void *bytes, uint32_t length) {
  put_u32(message, length);
  append(message, bytes, length);
}
