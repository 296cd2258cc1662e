/*
 * Starts the programs that the bench measures, ours and the peer's alike, with as little around them as possible:
 *
 *   runner serve               reads jobs from stdin, runs them, writes what came of them to stdout (serve.c)
 *   runner echo NETNS ADDRESS  waits for the first echo reply of an IPv6 address, from inside a namespace
 *   runner watch INTERFACE     prints a line for every neighbour solicitation of duplicate address detection
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "runner.h"

int64_t now_nanos(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

void give_up(const char *attempt) {
  fprintf(stderr, "runner: %s: %s\n", attempt, strerror(errno));
  exit(2);
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "serve") == 0) return serve();
  if (argc == 4 && strcmp(argv[1], "echo") == 0) return echo(argv[2], argv[3]);
  if (argc == 3 && strcmp(argv[1], "watch") == 0) return watch(argv[2]);
  fprintf(stderr, "usage: runner serve | echo NETNS ADDRESS | watch INTERFACE\n");
  return 2;
}
