/* The executable that a container runtime runs. It packs what CNI gave it into one frame, has the
 * agent act on it, prints the answer. The wire is docs/shim-protocol.md. */
#ifndef MYRIAPOD_SHIM_H
#define MYRIAPOD_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* CNI error codes that the shim itself may answer with; CNI SPEC 1.1.0, "Error". */
enum {
  CNI_BAD_ENVIRONMENT = 4,
  CNI_IO = 5,
  CNI_DECODE = 6,
  CNI_TRY_AGAIN_LATER = 11,
  CNI_UNAVAILABLE = 50
};

enum {
  WIRE_VERSION = 1,
  KIND_REQUEST = 1,
  KIND_REPLY = 2,
  HEADER_BYTES = 16,
  ID_BYTES = 16,
  MAX_STDIN = 8 << 20,
  MAX_ENV_VALUE = 1 << 20,
  MAX_ENV_ENTRIES = 64,
  MAX_PAYLOAD = 16 << 20,
  MAX_SPOOLED = 4096,
  MAX_PATH = 4096,
  FINDING_BYTES = 512
};

enum verb { VERB_ADD, VERB_DEL, VERB_CHECK, VERB_STATUS, VERB_GC, VERB_COUNT };

/* clock.c: milliseconds of a clock that nobody can set back. */
int64_t now_millis(void);
void sleep_until(int64_t wake_at);
int64_t earlier(int64_t a, int64_t b);

/* conf.c */
struct patience {
  int connect; /* milliseconds that the agent may be absent at a stretch */
  int total;   /* milliseconds for the whole call, from the start of the shim */
};

struct settings {
  char socket[MAX_PATH];
  char spool[MAX_PATH];
  bool spool_when_absent; /* DEL only */
  struct patience patience[VERB_COUNT];
};

/* Compiled defaults, then what shim.conf below $MYRIAPOD_ROOT says. A line that cannot be used is
 * named on stderr and its default stays. */
void read_settings(struct settings *settings);

/* json.c */
extern const char *const SUPPORTED_VERSIONS_JSON;

/* Prints a CNI error object on stdout; cniVersion is the one in the config if it can be found.
 * Returns the shim's exit code. */
int print_error(const unsigned char *config, size_t config_length, int code, const char *details,
                const char *format, ...) __attribute__((format(printf, 5, 6)));

/* frame.c */
struct frame {
  unsigned char *bytes;
  size_t length;
  size_t capacity;
  size_t stdin_offset; /* where stdin begins in bytes; it ends at length */
};

enum packing { PACKED, PACK_NO_MEMORY, PACK_STDIN_TOO_LONG, PACK_STDIN_UNREADABLE, PACK_ENVIRONMENT };

/* Packs the environment and all of stdin, waiting for its end until the deadline.
 * total_millis is what the frame says is left until send time corrects it. */
enum packing pack_request(struct frame *frame, const char *called_as, char *const *environment,
                          int64_t deadline, int total_millis, char finding[FINDING_BYTES]);
const unsigned char *frame_id(const struct frame *frame);
void frame_set_time_left(struct frame *frame, int64_t millis);

struct reply {
  unsigned char *bytes; /* the payload */
  uint32_t payload_length;
  uint32_t exit_code;
  const unsigned char *output;
  uint32_t output_length;
};

/* Both return false, with a finding, for what is no reply to this request. */
bool parse_reply_header(const unsigned char header[HEADER_BYTES], struct reply *reply,
                        char finding[FINDING_BYTES]);
bool parse_reply_payload(struct reply *reply, const unsigned char *id, char finding[FINDING_BYTES]);

/* connect.c */
enum ending {
  REPLIED,
  ABSENT,   /* nobody listens */
  LATE,     /* somebody listens, but there was no whole answer before the deadline */
  GARBLED,  /* the answer is none, or the socket is unusable: trying again would not help */
};

/* Has the agent act on the frame. Whenever the connection breaks, sends the same frame (the same
 * request id) again, until the deadline. */
enum ending exchange(const struct settings *settings, enum verb verb, struct frame *frame,
                     int64_t deadline, struct reply *reply, char finding[FINDING_BYTES]);

/* spool.c: true once the frame is durable in the spool directory. */
bool spool_frame(const char *directory, const struct frame *frame, int64_t deadline,
                 char finding[FINDING_BYTES]);

/* io.c */
bool write_fully(int fd, const unsigned char *bytes, size_t length);
void note(char finding[FINDING_BYTES], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* exec_host.c: `myriapod exec-host [...] -- PROGRAM [ARGS...]`; returns only to report failure. */
int exec_host(int argc, char **argv);

#endif
