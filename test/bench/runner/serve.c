/*
 * Runs jobs. A job is a number of lanes that run at once; a lane is a number of steps that run one after another until
 * one ends with another code than 0; a step is a program with its arguments, its environment and its stdin.
 *
 *   job     u32 lanes, each: u32 steps, each: u32 count + arguments, u32 count + environment, stdin
 *   result  for every step in the same order: i64 begun, i64 ended (CLOCK_MONOTONIC, ns), u32 exit code, stdout, stderr
 *
 * Everything a program needs is prepared before the first one is started: stdin, stdout and stderr are files in memory,
 * so that nothing but spawn and wait lies between two steps. A signal counts as code 128 + its number; a step that was
 * not run has code NOT_RUN and no times.
 */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner.h"

enum { NOT_RUN = 255, PATIENCE_SECONDS = 180 };

struct step {
  char **arguments, **environment;
  int in, out, err;
  posix_spawn_file_actions_t files;
  int64_t begun, ended;
  uint32_t code;
  pid_t pid;
};

struct lane {
  struct step *steps;
  uint32_t count, current;
};

struct job {
  struct lane *lanes;
  uint32_t count;
};

static void *room(size_t count, size_t size) {
  void *memory = calloc(count, size);
  if (memory == NULL) give_up("make room for a job");
  return memory;
}

static char **take_texts(struct buffer *message) {
  uint32_t count = take_u32(message);
  char **texts = room(count + 1, sizeof *texts);
  for (uint32_t i = 0; i < count; i++) texts[i] = take_text(message, NULL);
  return texts;
}

static int memory_file(void) {
  int fd = memfd_create("stream", MFD_CLOEXEC);
  if (fd < 0) give_up("make a file in memory");
  return fd;
}

static void take_step(struct buffer *message, struct step *step) {
  step->arguments = take_texts(message);
  step->environment = take_texts(message);
  uint32_t length;
  char *input = take_text(message, &length);
  step->in = memory_file();
  step->out = memory_file();
  step->err = memory_file();
  if (pwrite(step->in, input, length, 0) != (ssize_t)length) give_up("write a program's input");
  free(input);
  posix_spawn_file_actions_init(&step->files);
  posix_spawn_file_actions_adddup2(&step->files, step->in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&step->files, step->out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&step->files, step->err, STDERR_FILENO);
  step->code = NOT_RUN;
}

static struct job take_job(struct buffer *message) {
  struct job job = {.count = take_u32(message)};
  job.lanes = room(job.count, sizeof *job.lanes);
  for (uint32_t i = 0; i < job.count; i++) {
    struct lane *lane = &job.lanes[i];
    lane->count = take_u32(message);
    lane->steps = room(lane->count, sizeof *lane->steps);
    for (uint32_t j = 0; j < lane->count; j++) take_step(message, &lane->steps[j]);
  }
  return job;
}

static int start(struct lane *lane) {
  if (lane->current >= lane->count) return 0;
  struct step *step = &lane->steps[lane->current];
  step->begun = now_nanos();
  int refused = posix_spawn(&step->pid, step->arguments[0], &step->files, NULL, step->arguments, step->environment);
  if (refused != 0) {
    errno = refused;
    give_up(step->arguments[0]);
  }
  return 1;
}

/* The lane goes on with its next step; returns how many programs run more than before. */
static int ended(struct job *job, pid_t pid, int status, int64_t when) {
  for (uint32_t i = 0; i < job->count; i++) {
    struct lane *lane = &job->lanes[i];
    if (lane->current >= lane->count || lane->steps[lane->current].pid != pid) continue;
    struct step *step = &lane->steps[lane->current];
    step->ended = when;
    step->code = WIFEXITED(status) ? (uint32_t)WEXITSTATUS(status) : 128u + (uint32_t)WTERMSIG(status);
    if (step->code != 0) return -1;
    lane->current++;
    return start(lane) - 1;
  }
  return 0;
}

static void run(struct job *job) {
  int running = 0;
  for (uint32_t i = 0; i < job->count; i++) running += start(&job->lanes[i]);
  while (running > 0) {
    int status;
    pid_t pid = wait(&status);
    if (pid > 0) {
      running += ended(job, pid, status, now_nanos());
    } else if (errno != EINTR) {
      give_up("wait for a program");
    }
  }
}

static void put_file(struct buffer *message, int fd) {
  off_t length = lseek(fd, 0, SEEK_END);
  void *bytes = length > 0 ? mmap(NULL, (size_t)length, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
  if (bytes == MAP_FAILED) give_up("read a program's output");
  put_bytes(message, bytes, (uint32_t)length);
  if (bytes != NULL) munmap(bytes, (size_t)length);
  close(fd);
}

static void free_texts(char **texts) {
  for (char **text = texts; *text != NULL; text++) free(*text);
  free(texts);
}

static void put_step(struct buffer *message, struct step *step) {
  put_i64(message, step->begun);
  put_i64(message, step->ended);
  put_u32(message, step->code);
  put_file(message, step->out);
  put_file(message, step->err);
  close(step->in);
  posix_spawn_file_actions_destroy(&step->files);
  free_texts(step->arguments);
  free_texts(step->environment);
}

static void put_job(struct buffer *message, struct job *job) {
  message->length = 0;
  for (uint32_t i = 0; i < job->count; i++) {
    for (uint32_t j = 0; j < job->lanes[i].count; j++) put_step(message, &job->lanes[i].steps[j]);
    free(job->lanes[i].steps);
  }
  free(job->lanes);
}

int serve(void) {
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max < 65536 ? files.rlim_max : 65536;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  struct buffer request = {0}, answer = {0};
  while (read_message(&request)) {
    struct job job = take_job(&request);
    alarm(PATIENCE_SECONDS); /* a program that hangs ends the bench, not the patience of who waits for it */
    run(&job);
    alarm(0);
    put_job(&answer, &job);
    write_message(&answer);
  }
  return 0;
}
