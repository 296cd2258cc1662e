#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "shim.h"

enum { SHORTEST_PAUSE = 1, LONGEST_PAUSE = 50, SHORTEST_RESEND_PAUSE = 20, LONGEST_RESEND_PAUSE = 500 };

/* What one attempt over one connection came to. */
enum attempt { ANSWERED, BROKEN, TIMED_OUT, NONSENSE };

static enum ending connect_once(int fd, const struct sockaddr_un *address, char finding[FINDING_BYTES]) {
  if (connect(fd, (const struct sockaddr *)address, sizeof *address) == 0) return REPLIED;
  note(finding, "connect to %s: %s", address->sun_path, strerror(errno));
  switch (errno) {
    case ENOENT:
    case ENOTDIR:
    case ECONNREFUSED:
      return ABSENT;
    case EAGAIN: /* the backlog is full: the agent is there, but busy */
    case EINTR:
    case ENOMEM:
      return LATE;
    default:
      return GARBLED;
  }
}

/* A connected socket in fd (REPLIED), or why there was none until the given time. */
static enum ending reach_agent(const char *path, int64_t until, int *fd, char finding[FINDING_BYTES]) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    note(finding, "socket path %.200s has %zu bytes; allowed are %zu", path, strlen(path),
         sizeof address.sun_path - 1);
    return GARBLED;
  }
  strcpy(address.sun_path, path);
  for (int64_t pause = SHORTEST_PAUSE;; pause = earlier(2 * pause, LONGEST_PAUSE)) {
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*fd < 0) {
      note(finding, "open a Unix socket: %s", strerror(errno));
      return GARBLED;
    }
    enum ending ending = connect_once(*fd, &address, finding);
    if (ending == REPLIED) return REPLIED;
    close(*fd);
    int64_t now = now_millis();
    if (ending == GARBLED || now >= until) return ending;
    sleep_until(earlier(now + pause, until));
  }
}

static bool wait_for(int fd, short events, int64_t deadline) {
  for (;;) {
    struct pollfd watched = {.fd = fd, .events = events};
    int64_t left = deadline - now_millis();
    if (left <= 0) return false;
    int ready = poll(&watched, 1, (int)left);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

/* An agent that refuses a frame may answer and close before it has read all: a broken pipe here is
 * therefore no ending yet, the answer may be waiting. */
static enum attempt send_frame(int fd, const struct frame *frame, int64_t deadline) {
  size_t sent = 0;
  while (sent < frame->length) {
    ssize_t count = send(fd, frame->bytes + sent, frame->length - sent, MSG_NOSIGNAL);
    if (count >= 0) {
      sent += (size_t)count;
    } else if (errno == EAGAIN) {
      if (!wait_for(fd, POLLOUT, deadline)) return TIMED_OUT;
    } else if (errno != EINTR) {
      return BROKEN;
    }
  }
  return ANSWERED;
}

static enum attempt receive(int fd, unsigned char *bytes, size_t length, int64_t deadline) {
  size_t received = 0;
  while (received < length) {
    ssize_t count = recv(fd, bytes + received, length - received, 0);
    if (count > 0) {
      received += (size_t)count;
    } else if (count == 0) {
      return BROKEN;
    } else if (errno == EAGAIN) {
      if (!wait_for(fd, POLLIN, deadline)) return TIMED_OUT;
    } else if (errno != EINTR) {
      return BROKEN;
    }
  }
  return ANSWERED;
}

static enum attempt receive_reply(int fd, const struct frame *frame, int64_t deadline,
                                  struct reply *reply, char finding[FINDING_BYTES]) {
  unsigned char header[HEADER_BYTES];
  enum attempt attempt = receive(fd, header, sizeof header, deadline);
  if (attempt != ANSWERED) return attempt;
  if (!parse_reply_header(header, reply, finding)) return NONSENSE;
  reply->bytes = malloc(reply->payload_length);
  if (reply->bytes == NULL) {
    note(finding, "no memory for an answer of %u bytes", reply->payload_length);
    return NONSENSE;
  }
  attempt = receive(fd, reply->bytes, reply->payload_length, deadline);
  if (attempt == ANSWERED && !parse_reply_payload(reply, frame_id(frame), finding)) attempt = NONSENSE;
  if (attempt != ANSWERED) free(reply->bytes);
  return attempt;
}

static enum attempt attempt_over(int fd, struct frame *frame, int64_t deadline, struct reply *reply,
                                 char finding[FINDING_BYTES]) {
  frame_set_time_left(frame, deadline - now_millis());
  enum attempt attempt = send_frame(fd, frame, deadline);
  if (attempt != TIMED_OUT) attempt = receive_reply(fd, frame, deadline, reply, finding);
  if (attempt == BROKEN) note(finding, "the connection broke before the answer");
  if (attempt == TIMED_OUT) note(finding, "the agent has the request, but no answer yet");
  return attempt;
}

enum ending exchange(const struct settings *settings, enum verb verb, struct frame *frame,
                     int64_t deadline, struct reply *reply, char finding[FINDING_BYTES]) {
  for (int64_t pause = SHORTEST_RESEND_PAUSE;; pause = earlier(2 * pause, LONGEST_RESEND_PAUSE)) {
    int fd;
    int64_t until = earlier(deadline, now_millis() + settings->patience[verb].connect);
    enum ending ending = reach_agent(settings->socket, until, &fd, finding);
    if (ending != REPLIED) return ending;

    enum attempt attempt = attempt_over(fd, frame, deadline, reply, finding);
    close(fd);
    if (attempt == ANSWERED) return REPLIED;
    if (attempt == NONSENSE) return GARBLED;
    if (attempt == TIMED_OUT || now_millis() >= deadline) return LATE;
    sleep_until(earlier(now_millis() + pause, deadline));
  }
}
