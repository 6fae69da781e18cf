/* Bytes and strings. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int memcmp(const void *a, const void *b, size_t count) {
  const unsigned char *x = a, *y = b;
  for (; count; x++, y++, count--)
    if (*x != *y) return *x - *y;
  return 0;
}

int bcmp(const void *a, const void *b, size_t count) { return memcmp(a, b, count); }

void *memchr(const void *bytes, int byte, size_t count) {
  const unsigned char *at = bytes;
  for (; count; at++, count--)
    if (*at == (unsigned char)byte) return (void *)at;
  return NULL;
}

size_t strnlen(const char *text, size_t count) {
  size_t length = 0;
  while (length < count && text[length]) length++;
  return length;
}

size_t strlen(const char *text) {
  const char *at = text;
  while (*at) at++;
  return (size_t)(at - text);
}

char *stpcpy(char *restrict to, const char *restrict from) {
  while ((*to = *from)) to++, from++;
  return to;
}

char *strcpy(char *restrict to, const char *restrict from) {
  stpcpy(to, from);
  return to;
}

char *strncpy(char *restrict to, const char *restrict from, size_t count) {
  size_t length = strnlen(from, count);
  memcpy(to, from, length);
  memset(to + length, 0, count - length);
  return to;
}

char *strcat(char *restrict to, const char *restrict from) {
  stpcpy(to + strlen(to), from);
  return to;
}

char *strncat(char *restrict to, const char *restrict from, size_t count) {
  size_t length = strnlen(from, count);
  char *end = to + strlen(to);
  memcpy(end, from, length);
  end[length] = 0;
  return to;
}

int strncmp(const char *a, const char *b, size_t count) {
  for (; count; a++, b++, count--)
    if (*a != *b || !*a) return (unsigned char)*a - (unsigned char)*b;
  return 0;
}

int strcmp(const char *a, const char *b) { return strncmp(a, b, (size_t)-1); }

int strcoll(const char *a, const char *b) { return strcmp(a, b); }

int strncasecmp(const char *a, const char *b, size_t count) {
  for (; count; a++, b++, count--) {
    int x = tolower((unsigned char)*a), y = tolower((unsigned char)*b);
    if (x != y || !x) return x - y;
  }
  return 0;
}

int strcasecmp(const char *a, const char *b) { return strncasecmp(a, b, (size_t)-1); }

char *strchr(const char *text, int c) {
  for (; *text != (char)c; text++)
    if (!*text) return NULL;
  return (char *)text;
}

char *strrchr(const char *text, int c) {
  const char *at = text + strlen(text);
  for (; *at != (char)c; at--)
    if (at == text) return NULL;
  return (char *)at;
}

/* How far a text goes while its characters are, or are not, in a set. */
static size_t span(const char *text, const char *set, int wanted) {
  size_t length = 0;
  while (text[length] && (strchr(set, text[length]) != NULL) == wanted) length++;
  return length;
}

size_t strspn(const char *text, const char *set) { return span(text, set, 1); }

size_t strcspn(const char *text, const char *set) { return span(text, set, 0); }

char *strpbrk(const char *text, const char *set) {
  text += strcspn(text, set);
  return *text ? (char *)text : NULL;
}

char *strstr(const char *text, const char *part) {
  size_t length = strlen(part);
  if (!length) return (char *)text;
  for (; (text = strchr(text, *part)); text++)
    if (!strncmp(text, part, length)) return (char *)text;
  return NULL;
}

char *strtok(char *restrict text, const char *restrict set) {
  static char *rest;
  if (!text) text = rest;
  if (!text) return NULL;
  text += strspn(text, set);
  if (!*text) return rest = NULL;
  rest = text + strcspn(text, set);
  if (*rest) *rest++ = 0;
  else rest = NULL;
  return text;
}

char *strdup(const char *text) {
  size_t size = strlen(text) + 1;
  char *copy = malloc(size);
  return copy ? memcpy(copy, text, size) : NULL;
}

char *strerror(int number) {
  switch (number) {
    case 0: return "Success";
    case ENOENT: return "No such file or directory";
    case EIO: return "Input/output error";
    case EBADF: return "Bad file descriptor";
    case ENOMEM: return "Cannot allocate memory";
    case EINVAL: return "Invalid argument";
    case EDOM: return "Numerical argument out of domain";
    case ERANGE: return "Numerical result out of range";
    case ENOSYS: return "Function not implemented";
    default: return "Unknown error";
  }
}
