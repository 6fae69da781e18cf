/* Streams, as the functions of stdio see them. */
#ifndef FILE_H
#define FILE_H
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

/* A stream is read or written, never both. A line that is written leaves the buffer with its end. */
struct __file {
  int descriptor;
  /* Without, what is written goes out at once. */
  char buffered;
  char at_end;
  char failed;
  /* Bytes in the buffer, and how many of them are read already. */
  size_t count;
  size_t taken;
  char buffer[BUFSIZ];
};

/* Where formatted text goes: a stream, or a buffer of so many bytes. */
struct __sink {
  FILE *file;
  char *at;
  size_t room;
  size_t count;
};

void __put(struct __sink *sink, const char *bytes, size_t count);
void __format(struct __sink *sink, const char *format, va_list *arguments);
#endif
