#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "shim.h"

enum { LOCK_PAUSE = 5, NAME_BYTES = 80 };

static bool sync_parent(char *path) {
  char *slash = strrchr(path, '/');
  if (slash == NULL) return true;
  *slash = '\0';
  int fd = open(slash == path ? "/" : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  *slash = '/';
  if (fd < 0) return false;
  bool synced = fsync(fd) == 0;
  close(fd);
  return synced;
}

/* mkdir -p; every directory that did not exist is durable afterwards. */
static bool make_directories(const char *directory) {
  char path[MAX_PATH];
  if (snprintf(path, sizeof path, "%s", directory) >= (int)sizeof path) return false;
  for (char *at = path + 1;; at++) {
    if (*at != '/' && *at != '\0') continue;
    bool last = *at == '\0';
    *at = '\0';
    if (mkdir(path, 0700) == 0) {
      if (!sync_parent(path)) return false;
    } else if (errno != EEXIST) {
      return false;
    }
    if (last) return true;
    *at = '/';
  }
}

/* One shim at a time counts and adds, else the limit would not hold. */
static bool lock_until(int directory, int64_t deadline) {
  while (flock(directory, LOCK_EX | LOCK_NB) != 0) {
    int64_t now = now_millis();
    if ((errno != EWOULDBLOCK && errno != EINTR) || now >= deadline) return false;
    sleep_until(earlier(now + LOCK_PAUSE, deadline));
  }
  return true;
}

static bool counts(const char *name) {
  size_t length = strlen(name);
  return strncmp(name, ".tmp-", 5) == 0 || (length > 6 && strcmp(name + length - 6, ".frame") == 0);
}

static int count_frames(int directory) {
  int own = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *listing = own < 0 ? NULL : fdopendir(own);
  if (listing == NULL) {
    if (own >= 0) close(own);
    return -1;
  }
  int count = 0;
  for (struct dirent *entry; (entry = readdir(listing)) != NULL;) {
    if (counts(entry->d_name)) count++;
  }
  closedir(listing);
  return count;
}

static void name_files(char temporary[NAME_BYTES], char final[NAME_BYTES], const unsigned char *id) {
  char hex[2 * ID_BYTES + 1];
  struct timespec now;
  for (int i = 0; i < ID_BYTES; i++) snprintf(hex + 2 * i, 3, "%02x", id[i]);
  clock_gettime(CLOCK_REALTIME, &now);
  long long micros = (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000;
  snprintf(temporary, NAME_BYTES, ".tmp-%s", hex);
  snprintf(final, NAME_BYTES, "%020lld-%s.frame", micros, hex);
}

static bool write_frame(int directory, const struct frame *frame) {
  char temporary[NAME_BYTES];
  char final[NAME_BYTES];
  name_files(temporary, final, frame_id(frame));
  int fd = openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  bool written = write_fully(fd, frame->bytes, frame->length) && fsync(fd) == 0;
  int write_errno = errno;
  if (close(fd) == 0 && written && renameat(directory, temporary, directory, final) == 0) {
    return fsync(directory) == 0;
  }
  if (written) write_errno = errno;
  unlinkat(directory, temporary, 0);
  errno = write_errno;
  return false;
}

static bool add_to(int directory, const struct frame *frame, int64_t deadline, char finding[FINDING_BYTES]) {
  if (!lock_until(directory, deadline)) {
    note(finding, "lock it: %s", strerror(errno));
    return false;
  }
  int count = count_frames(directory);
  if (count < 0) {
    note(finding, "list it: %s", strerror(errno));
    return false;
  }
  if (count >= MAX_SPOOLED) {
    note(finding, "it holds %d requests; allowed are %d", count, MAX_SPOOLED);
    return false;
  }
  if (!write_frame(directory, frame)) {
    note(finding, "write to it: %s", strerror(errno));
    return false;
  }
  return true;
}

bool spool_frame(const char *path, const struct frame *frame, int64_t deadline, char finding[FINDING_BYTES]) {
  if (!make_directories(path)) {
    note(finding, "make it: %s", strerror(errno));
    return false;
  }
  int directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (directory < 0) {
    note(finding, "open it: %s", strerror(errno));
    return false;
  }
  bool added = add_to(directory, frame, deadline, finding);
  close(directory);
  return added;
}
