#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shim.h"

enum { MAX_CONF = 64 << 10, MAX_MILLIS = 600000 };

/* CHECK, STATUS and GC may use all of their time to connect. */
static const struct {
  const char *connect_key;
  const char *total_key;
  struct patience patience;
} VERBS[VERB_COUNT] = {
    [VERB_ADD] = {"addConnectMillis", "addMillis", {30000, 90000}},
    [VERB_DEL] = {"delConnectMillis", "delMillis", {20000, 30000}},
    [VERB_CHECK] = {"checkConnectMillis", "checkMillis", {MAX_MILLIS, 10000}},
    [VERB_STATUS] = {"statusConnectMillis", "statusMillis", {MAX_MILLIS, 10000}},
    [VERB_GC] = {"gcConnectMillis", "gcMillis", {MAX_MILLIS, 30000}},
};

static const char *root(void) {
  const char *given = getenv("MYRIAPOD_ROOT");
  return given == NULL || strcmp(given, "/") == 0 ? "" : given;
}

static bool below_root(char path[MAX_PATH], const char *absolute) {
  int length = snprintf(path, MAX_PATH, "%s%s", root(), absolute);
  return length > 0 && length < MAX_PATH;
}

static bool set_path(char path[MAX_PATH], const char *value) {
  char candidate[MAX_PATH];
  if (value[0] != '/' || !below_root(candidate, value)) return false;
  memcpy(path, candidate, sizeof candidate);
  return true;
}

static bool set_millis(int *millis, const char *value) {
  char *end;
  errno = 0;
  long number = strtol(value, &end, 10);
  if (errno != 0 || end == value || *end != '\0' || number < 0 || number > MAX_MILLIS) return false;
  *millis = (int)number;
  return true;
}

static bool set(struct settings *settings, const char *key, const char *value) {
  if (strcmp(key, "socket") == 0) return set_path(settings->socket, value);
  if (strcmp(key, "spool") == 0) return set_path(settings->spool, value);
  if (strcmp(key, "delWhenAbsent") == 0) {
    bool spool = strcmp(value, "spool") == 0;
    if (!spool && strcmp(value, "fail") != 0) return false;
    settings->spool_when_absent = spool;
    return true;
  }
  for (int verb = 0; verb < VERB_COUNT; verb++) {
    struct patience *patience = &settings->patience[verb];
    if (strcmp(key, VERBS[verb].connect_key) == 0) return set_millis(&patience->connect, value);
    if (strcmp(key, VERBS[verb].total_key) == 0) return set_millis(&patience->total, value);
  }
  return false;
}

static char *trimmed(char *text) {
  while (*text == ' ' || *text == '\t') text++;
  char *end = text + strlen(text);
  while (end > text && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r')) *--end = '\0';
  return text;
}

static void read_line(struct settings *settings, char *line) {
  line = trimmed(line);
  if (*line == '\0' || *line == '#') return;
  char *equals = strchr(line, '=');
  if (equals != NULL) {
    *equals = '\0';
    char *key = trimmed(line);
    char *value = trimmed(equals + 1);
    if (set(settings, key, value)) return;
    fprintf(stderr, "myriapod: shim.conf: \"%s=%s\" is unknown or out of range; ignored\n", key, value);
  } else {
    fprintf(stderr, "myriapod: shim.conf: line \"%s\" is no key=value; ignored\n", line);
  }
}

static void read_file(struct settings *settings, const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return;
  static char text[MAX_CONF + 1];
  size_t length = 0;
  ssize_t count;
  while (length < MAX_CONF && (count = read(fd, text + length, MAX_CONF - length)) > 0) {
    length += (size_t)count;
  }
  close(fd);
  if (length == MAX_CONF) {
    fprintf(stderr, "myriapod: %s: longer than %d bytes; ignored\n", path, MAX_CONF - 1);
    return;
  }
  text[length] = '\0';
  char *rest = text;
  for (char *line; (line = strsep(&rest, "\n")) != NULL;) read_line(settings, line);
}

void read_settings(struct settings *settings) {
  char conf[MAX_PATH];
  memset(settings, 0, sizeof *settings);
  settings->spool_when_absent = true;
  for (int verb = 0; verb < VERB_COUNT; verb++) settings->patience[verb] = VERBS[verb].patience;
  below_root(settings->socket, "/run/myriapod/cni.sock");
  below_root(settings->spool, "/var/lib/myriapod/spool");
  if (below_root(conf, "/var/lib/myriapod/shim.conf")) read_file(settings, conf);
}
