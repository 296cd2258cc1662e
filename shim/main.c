#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shim.h"

extern char **environ;

enum { SPOOL_MILLIS = 5000 };

static const char *const VERB_NAMES[VERB_COUNT] = {
    [VERB_ADD] = "ADD",       [VERB_DEL] = "DEL", [VERB_CHECK] = "CHECK",
    [VERB_STATUS] = "STATUS", [VERB_GC] = "GC",
};

static const char AGENT_HINT[] =
    "is the myriapod agent of this node running? see `kubectl logs` of its pod, or its service's journal";

static enum verb verb_of(const char *command) {
  int verb = 0;
  while (verb < VERB_COUNT && strcmp(command, VERB_NAMES[verb]) != 0) verb++;
  return (enum verb)verb;
}

/* Every file opened later must not become the standard output of a caller that closed it. */
static void occupy_standard_files(void) {
  for (int fd = 0; fd <= 2; fd++) {
    if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDWR) < 0) _exit(1);
  }
}

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash == NULL ? path : slash + 1;
}

static int about(const char *called_as) {
  fprintf(stderr,
          "CNI plugin %s (myriapod)\n"
          "CNI protocol versions supported: 0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0\n"
          "Run by a container runtime with CNI_COMMAND=ADD|DEL|CHECK|STATUS|GC|VERSION.\n",
          called_as);
  return 0;
}

static int version(void) {
  printf("{\"cniVersion\":\"1.1.0\",\"supportedVersions\":%s}\n", SUPPORTED_VERSIONS_JSON);
  return fflush(stdout) == 0 ? 0 : 1;
}

static int explain_packing(enum packing packing, const struct frame *frame, const char *finding) {
  const unsigned char *config = frame->bytes + frame->stdin_offset;
  size_t length = frame->stdin_offset == 0 ? 0 : frame->length - frame->stdin_offset;
  switch (packing) {
    case PACK_STDIN_TOO_LONG:
      return print_error(config, length, CNI_DECODE, "shorten the network configuration",
                         "read the network configuration from stdin: more than %d bytes", MAX_STDIN);
    case PACK_STDIN_UNREADABLE:
      return print_error(config, length, CNI_IO, "the caller must write the configuration and close stdin",
                         "read the network configuration from stdin: %s", finding);
    case PACK_ENVIRONMENT:
      return print_error(config, length, CNI_BAD_ENVIRONMENT, "correct what the container runtime passes",
                         "pack the environment: %s", finding);
    default:
      return print_error(config, length, CNI_TRY_AGAIN_LATER, "free memory on the node",
                         "pack the request: no memory");
  }
}

static int print_reply(const struct reply *reply) {
  if (!write_fully(STDOUT_FILENO, reply->output, reply->output_length)) {
    fprintf(stderr, "myriapod: print the answer: %s\n", strerror(errno));
    return 1;
  }
  return reply->exit_code <= 255 ? (int)reply->exit_code : 1;
}

/* DEL with nobody listening: recorded durably, and thereby done as far as the runtime is concerned. */
static int record(const struct settings *settings, struct frame *frame) {
  char finding[FINDING_BYTES] = "";
  int64_t deadline = now_millis() + SPOOL_MILLIS;
  frame_set_time_left(frame, settings->patience[VERB_DEL].total);
  if (spool_frame(settings->spool, frame, deadline, finding)) return 0;
  return print_error(frame->bytes + frame->stdin_offset, frame->length - frame->stdin_offset,
                     CNI_TRY_AGAIN_LATER, AGENT_HINT, "record DEL for the absent agent in %s: %s",
                     settings->spool, finding);
}

static int call_agent(enum verb verb, const char *called_as, int64_t started) {
  static struct settings settings;
  struct frame frame;
  struct reply reply;
  char finding[FINDING_BYTES] = "";
  read_settings(&settings);
  /* A plugin that the agent executes has executed us: an agent that is absent now waits for nobody. */
  if (getenv("CNI_MYRIAPOD_WITHIN") != NULL) settings.patience[verb].connect = 0;
  int total = settings.patience[verb].total;
  int64_t deadline = started + total;
  enum packing packing = pack_request(&frame, called_as, environ, deadline, total, finding);
  if (packing != PACKED) return explain_packing(packing, &frame, finding);

  enum ending ending = exchange(&settings, verb, &frame, deadline, &reply, finding);
  if (ending == REPLIED) return print_reply(&reply);
  if (ending == ABSENT && verb == VERB_DEL && settings.spool_when_absent) {
    return record(&settings, &frame);
  }
  int code = verb == VERB_STATUS  ? CNI_UNAVAILABLE
             : ending == GARBLED  ? CNI_IO
                                  : CNI_TRY_AGAIN_LATER;
  return print_error(frame.bytes + frame.stdin_offset, frame.length - frame.stdin_offset, code, AGENT_HINT,
                     "have the agent do %s: %s (after %lld ms)", VERB_NAMES[verb], finding,
                     (long long)(now_millis() - started));
}

int main(int argc, char **argv) {
  int64_t started = now_millis();
  occupy_standard_files();
  if (argc > 1 && strcmp(argv[1], "exec-host") == 0) return exec_host(argc - 2, argv + 2);

  signal(SIGPIPE, SIG_IGN);
  const char *called_as = argc > 0 ? base_name(argv[0]) : "myriapod";
  const char *command = getenv("CNI_COMMAND");
  if (command == NULL || *command == '\0') return about(called_as);
  if (strcmp(command, "VERSION") == 0) return version();
  enum verb verb = verb_of(command);
  if (verb == VERB_COUNT) {
    return print_error(NULL, 0, CNI_BAD_ENVIRONMENT, "set it to ADD, DEL, CHECK, STATUS, GC or VERSION",
                       "read CNI_COMMAND: \"%.64s\" is unknown", command);
  }
  return call_agent(verb, called_as, started);
}
