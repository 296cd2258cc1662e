#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "shim.h"

#ifndef SYS_close_range
#define SYS_close_range 436 /* the same on every architecture */
#endif

enum { EXIT_NOT_RUNNABLE = 126, EXIT_NOT_FOUND = 127, FALLBACK_FD_LIMIT = 65536 };

struct order {
  const char *mount_namespace;
  const char *cgroup;
  long parent; /* 0: whoever it is */
  char **program;
};

static int complain(const char *attempt, const char *subject, const char *finding) {
  fprintf(stderr, "myriapod exec-host: %s %s: %s\n", attempt, subject, finding);
  return EXIT_NOT_RUNNABLE;
}

static int usage(void) {
  fputs("usage: myriapod exec-host [--mount-ns PATH] [--cgroup DIR] [--parent PID] -- PROGRAM [ARGS...]\n",
        stderr);
  return EXIT_NOT_RUNNABLE;
}

static bool read_order(int argc, char **argv, struct order *order) {
  int at = 0;
  while (at < argc && strcmp(argv[at], "--") != 0) {
    if (at + 1 >= argc) return false;
    if (strcmp(argv[at], "--mount-ns") == 0) {
      order->mount_namespace = argv[at + 1];
    } else if (strcmp(argv[at], "--cgroup") == 0) {
      order->cgroup = argv[at + 1];
    } else if (strcmp(argv[at], "--parent") == 0) {
      order->parent = strtol(argv[at + 1], NULL, 10);
      if (order->parent <= 0) return false;
    } else {
      return false;
    }
    at += 2;
  }
  if (at + 1 >= argc) return false;
  order->program = argv + at + 1;
  return true;
}

/* The signal comes when the parent's forking *thread* ends; prctl(2). A parent that was gone before
 * the prctl would never send it, so its pid is compared afterwards. */
static bool die_with_parent(long parent) {
  return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == (pid_t)parent;
}

static bool join_cgroup(const char *directory) {
  char path[MAX_PATH];
  if (snprintf(path, sizeof path, "%s/cgroup.procs", directory) >= (int)sizeof path) {
    errno = ENAMETOOLONG;
    return false;
  }
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  bool joined = write(fd, "0", 1) == 1; /* 0 is the writer itself */
  int write_errno = errno;
  close(fd);
  errno = write_errno;
  return joined;
}

/* A node's agent is protected from the kernel's memory killer, and its children would be as well; proc(5) */
static void be_killed_before_the_parent(void) {
  char score[16] = "";
  int fd = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  if (read(fd, score, sizeof score - 1) > 0 && score[0] == '-' && write(fd, "0", 1) != 1) {
    /* it stays as it was: the plugin runs all the same */
  }
  close(fd);
}

/* After it the root and the working directory are those of the namespace; setns(2). */
static bool enter_mount_namespace(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  bool entered = setns(fd, CLONE_NEWNS) == 0;
  int setns_errno = errno;
  close(fd);
  errno = setns_errno;
  return entered && chdir("/") == 0;
}

static void close_inherited(void) {
  if (syscall(SYS_close_range, 3U, ~0U, 0U) == 0) return;
  struct rlimit limit;
  int end = FALLBACK_FD_LIMIT;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < FALLBACK_FD_LIMIT) end = (int)limit.rlim_cur;
  for (int fd = 3; fd < end; fd++) close(fd);
}

/* A JVM may leave signals blocked or ignored, and both survive an exec. */
static void restore_signals(void) {
  sigset_t none;
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

int exec_host(int argc, char **argv) {
  struct order order = {.parent = getppid()};
  if (!read_order(argc, argv, &order)) return usage();
  if (setpgid(0, 0) != 0) return complain("lead", "a process group", strerror(errno));
  if (!die_with_parent(order.parent)) return complain("tie to", "the parent", "it is gone already");
  if (order.cgroup != NULL && !join_cgroup(order.cgroup)) {
    return complain("join cgroup", order.cgroup, strerror(errno));
  }
  be_killed_before_the_parent();
  if (order.mount_namespace != NULL && !enter_mount_namespace(order.mount_namespace)) {
    return complain("enter mount namespace", order.mount_namespace, strerror(errno));
  }
  restore_signals();
  close_inherited();
  execv(order.program[0], order.program);
  int exec_errno = errno;
  complain("exec", order.program[0], strerror(exec_errno));
  return exec_errno == ENOENT || exec_errno == ENOTDIR ? EXIT_NOT_FOUND : EXIT_NOT_RUNNABLE;
}
