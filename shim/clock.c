#include <errno.h>
#include <time.h>

#include "shim.h"

int64_t now_millis(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void sleep_until(int64_t wake_at) {
  struct timespec at = {.tv_sec = (time_t)(wake_at / 1000), .tv_nsec = (long)(wake_at % 1000) * 1000000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR) {
  }
}

int64_t earlier(int64_t a, int64_t b) {
  return a < b ? a : b;
}
