#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "shim.h"

enum { VERSION_BYTES = 16 };

const char *const SUPPORTED_VERSIONS_JSON =
    "[\"0.1.0\",\"0.2.0\",\"0.3.0\",\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]";

struct text {
  const unsigned char *start;
  size_t length;
};

/* From the byte after an opening quote to the closing one; escapes are stepped over, not decoded. */
static struct text string_at(const unsigned char *start, const unsigned char *end) {
  const unsigned char *at = start;
  while (at < end && *at != '"') at += *at == '\\' ? 2 : 1;
  return (struct text){start, (size_t)((at < end ? at : end) - start)};
}

static bool is_version(struct text value) {
  if (value.length == 0 || value.length >= VERSION_BYTES) return false;
  for (size_t i = 0; i < value.length; i++) {
    if (value.start[i] != '.' && (value.start[i] < '0' || value.start[i] > '9')) return false;
  }
  return true;
}

static bool is_version_key(struct text key) {
  static const char NAME[] = "cniVersion";
  return key.length == sizeof NAME - 1 && strncasecmp((const char *)key.start, NAME, key.length) == 0;
}

/* Best effort over text that may be no JSON at all: the string at the top-level key "cniVersion",
 * last one wins, 1.1.0 if there is none. */
static void find_version(char version[VERSION_BYTES], const unsigned char *json, size_t length) {
  const unsigned char *end = json + length;
  struct text key = {json, 0};
  int depth = 0;
  bool expects_key = true;
  strcpy(version, "1.1.0");
  for (const unsigned char *at = json; at < end; at++) {
    if (*at == '{' || *at == '[') depth++;
    if (*at == '}' || *at == ']') depth--;
    if (*at == ',' && depth == 1) expects_key = true;
    if (*at == ':' && depth == 1) expects_key = false;
    if (*at != '"') continue;
    struct text string = string_at(at + 1, end);
    at = string.start + string.length;
    if (at == end) return;
    if (depth != 1) continue;
    if (expects_key) {
      key = string;
    } else if (is_version_key(key) && is_version(string)) {
      memcpy(version, string.start, string.length);
      version[string.length] = '\0';
    }
  }
}

static void print_string(FILE *out, const char *text) {
  fputc('"', out);
  for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
    if (*at == '"' || *at == '\\') {
      fprintf(out, "\\%c", *at);
    } else if (*at < 0x20 || *at > 0x7e) {
      fprintf(out, "\\u%04x", *at); /* a byte of unknown encoding: shown as the Latin-1 character */
    } else {
      fputc(*at, out);
    }
  }
  fputc('"', out);
}

int print_error(const unsigned char *config, size_t config_length, int code, const char *details,
                const char *format, ...) {
  char version[VERSION_BYTES];
  char message[2 * FINDING_BYTES];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);

  find_version(version, config, config_length);
  printf("{\"cniVersion\":\"%s\",\"code\":%d,\"msg\":", version, code);
  print_string(stdout, message);
  fputs(",\"details\":", stdout);
  print_string(stdout, details);
  fputs("}\n", stdout);
  fflush(stdout);
  return 1;
}
