#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "shim.h"

enum { TIME_LEFT_OFFSET = HEADER_BYTES + ID_BYTES, REPLY_FIXED_BYTES = ID_BYTES + 8 };

static const unsigned char MAGIC[4] = {'M', 'Y', 'R', 'I'};

static void put_u16(unsigned char *at, uint32_t value) {
  at[0] = (unsigned char)(value >> 8);
  at[1] = (unsigned char)value;
}

static void put_u32(unsigned char *at, uint32_t value) {
  put_u16(at, value >> 16);
  put_u16(at + 2, value & 0xffff);
}

static uint32_t get_u32(const unsigned char *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Room for length more bytes at the end of the frame, or NULL. */
static unsigned char *reserve(struct frame *frame, size_t length) {
  if (frame->capacity - frame->length < length) {
    size_t capacity = frame->capacity * 2 + length + 8192;
    unsigned char *bytes = realloc(frame->bytes, capacity);
    if (bytes == NULL) return NULL;
    frame->bytes = bytes;
    frame->capacity = capacity;
  }
  return frame->bytes + frame->length;
}

static bool add_u16(struct frame *frame, uint32_t value) {
  unsigned char *at = reserve(frame, 2);
  if (at == NULL) return false;
  put_u16(at, value);
  frame->length += 2;
  return true;
}

static bool add_u32(struct frame *frame, uint32_t value) {
  return add_u16(frame, value >> 16) && add_u16(frame, value & 0xffff);
}

static bool add_bytes(struct frame *frame, const void *bytes, size_t length) {
  unsigned char *at = reserve(frame, length);
  if (at == NULL) return false;
  memcpy(at, bytes, length);
  frame->length += length;
  return true;
}

static bool is_sent(const char *entry, size_t key_length) {
  static const char *const TRACE[] = {"TRACEPARENT", "TRACESTATE", "BAGGAGE"};
  if (key_length > 4 && memcmp(entry, "CNI_", 4) == 0) return true;
  for (size_t i = 0; i < sizeof TRACE / sizeof *TRACE; i++) {
    if (strlen(TRACE[i]) == key_length && memcmp(entry, TRACE[i], key_length) == 0) return true;
  }
  return false;
}

static enum packing pack_environment(struct frame *frame, char *const *environment,
                                     char finding[FINDING_BYTES]) {
  size_t count_offset = frame->length;
  uint32_t count = 0;
  if (!add_u16(frame, 0)) return PACK_NO_MEMORY;
  for (char *const *entry = environment; *entry != NULL; entry++) {
    const char *equals = strchr(*entry, '=');
    if (equals == NULL || !is_sent(*entry, (size_t)(equals - *entry))) continue;
    size_t key_length = (size_t)(equals - *entry);
    size_t value_length = strlen(equals + 1);
    if (key_length > UINT16_MAX || value_length > MAX_ENV_VALUE) {
      note(finding, "%.64s has %zu bytes; allowed are %d", *entry, value_length, MAX_ENV_VALUE);
      return PACK_ENVIRONMENT;
    }
    if (++count > MAX_ENV_ENTRIES) {
      note(finding, "more than %d CNI_* variables", MAX_ENV_ENTRIES);
      return PACK_ENVIRONMENT;
    }
    if (!add_u16(frame, (uint32_t)key_length) || !add_bytes(frame, *entry, key_length) ||
        !add_u32(frame, (uint32_t)value_length) || !add_bytes(frame, equals + 1, value_length)) {
      return PACK_NO_MEMORY;
    }
  }
  put_u16(frame->bytes + count_offset, count);
  return PACKED;
}

static enum packing pack_stdin(struct frame *frame, int64_t deadline, char finding[FINDING_BYTES]) {
  size_t length_offset = frame->length;
  if (!add_u32(frame, 0)) return PACK_NO_MEMORY;
  frame->stdin_offset = frame->length;
  for (;;) {
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    int64_t left = deadline - now_millis();
    if (left <= 0 || poll(&input, 1, (int)left) == 0) {
      note(finding, "it has not ended in time");
      return PACK_STDIN_UNREADABLE;
    }
    unsigned char *at = reserve(frame, 8192);
    if (at == NULL) return PACK_NO_MEMORY;
    ssize_t count = read(STDIN_FILENO, at, frame->capacity - frame->length);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) {
      note(finding, "%s", strerror(errno));
      return PACK_STDIN_UNREADABLE;
    }
    if (count == 0) break;
    frame->length += (size_t)count;
    if (frame->length - frame->stdin_offset > MAX_STDIN) return PACK_STDIN_TOO_LONG;
  }
  put_u32(frame->bytes + length_offset, (uint32_t)(frame->length - frame->stdin_offset));
  return PACKED;
}

static bool pack_fixed_part(struct frame *frame, const unsigned char *id, int total_millis,
                            const char *called_as) {
  unsigned char header[HEADER_BYTES] = {0};
  memcpy(header, MAGIC, sizeof MAGIC);
  header[4] = WIRE_VERSION;
  header[5] = KIND_REQUEST;
  size_t name_length = strnlen(called_as, 255);
  return add_bytes(frame, header, sizeof header) && add_bytes(frame, id, ID_BYTES) &&
         add_u32(frame, (uint32_t)total_millis) && add_u16(frame, (uint32_t)name_length) &&
         add_bytes(frame, called_as, name_length);
}

enum packing pack_request(struct frame *frame, const char *called_as, char *const *environment,
                          int64_t deadline, int total_millis, char finding[FINDING_BYTES]) {
  unsigned char id[ID_BYTES];
  memset(frame, 0, sizeof *frame);
  if (getrandom(id, sizeof id, 0) != sizeof id) {
    note(finding, "no random request id: %s", strerror(errno));
    return PACK_ENVIRONMENT;
  }
  if (!pack_fixed_part(frame, id, total_millis, called_as)) return PACK_NO_MEMORY;
  enum packing packing = pack_environment(frame, environment, finding);
  if (packing == PACKED) packing = pack_stdin(frame, deadline, finding);
  if (packing != PACKED) return packing;
  if (frame->length - HEADER_BYTES > MAX_PAYLOAD) {
    note(finding, "environment and stdin together exceed %d bytes", MAX_PAYLOAD);
    return PACK_ENVIRONMENT;
  }
  put_u32(frame->bytes + 8, (uint32_t)(frame->length - HEADER_BYTES));
  return PACKED;
}

const unsigned char *frame_id(const struct frame *frame) {
  return frame->bytes + HEADER_BYTES;
}

void frame_set_time_left(struct frame *frame, int64_t millis) {
  put_u32(frame->bytes + TIME_LEFT_OFFSET, millis < 0 ? 0 : (uint32_t)millis);
}

bool parse_reply_header(const unsigned char header[HEADER_BYTES], struct reply *reply,
                        char finding[FINDING_BYTES]) {
  if (memcmp(header, MAGIC, sizeof MAGIC) != 0) {
    note(finding, "the answer begins with %02x%02x%02x%02x, not with MYRI", header[0], header[1],
         header[2], header[3]);
    return false;
  }
  if (header[4] != WIRE_VERSION || header[5] != KIND_REPLY) {
    note(finding, "the answer is of wire version %u, kind %u; understood is version %d, kind %d",
         header[4], header[5], WIRE_VERSION, KIND_REPLY);
    return false;
  }
  reply->payload_length = get_u32(header + 8);
  if (reply->payload_length < REPLY_FIXED_BYTES || reply->payload_length > MAX_PAYLOAD) {
    note(finding, "the answer claims %u bytes; allowed are %d to %d", reply->payload_length,
         REPLY_FIXED_BYTES, MAX_PAYLOAD);
    return false;
  }
  return true;
}

bool parse_reply_payload(struct reply *reply, const unsigned char *id, char finding[FINDING_BYTES]) {
  /* the agent answers with id 0 when it could not even read the request's */
  static const unsigned char UNREAD[ID_BYTES];
  if (memcmp(reply->bytes, id, ID_BYTES) != 0 && memcmp(reply->bytes, UNREAD, ID_BYTES) != 0) {
    note(finding, "the answer is for another request");
    return false;
  }
  reply->exit_code = get_u32(reply->bytes + ID_BYTES);
  reply->output_length = get_u32(reply->bytes + ID_BYTES + 4);
  reply->output = reply->bytes + REPLY_FIXED_BYTES;
  if (reply->output_length != reply->payload_length - REPLY_FIXED_BYTES) {
    note(finding, "the answer's output claims %u bytes; there are %u", reply->output_length,
         reply->payload_length - REPLY_FIXED_BYTES);
    return false;
  }
  return true;
}
