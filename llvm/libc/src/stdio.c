/* Streams over the runtime's input, output and error output. */
#include "file.h"
#include <errno.h>
#include <string.h>
#include <zero.h>

static FILE files[3] = {{.descriptor = 0, .buffered = 1}, {.descriptor = 1, .buffered = 1}, {.descriptor = 2}};
FILE *const stdin = &files[0], *const stdout = &files[1], *const stderr = &files[2];

static void send(FILE *file, const char *bytes, size_t count) {
  while (count) {
    size_t written = zero_write(file->descriptor, bytes, count);
    if (written == (size_t)-1 || !written) {
      file->failed = 1;
      errno = EIO;
      return;
    }
    bytes += written, count -= written;
  }
}

int fflush(FILE *file) {
  if (!file) return fflush(stdout);
  if (file->descriptor) {
    send(file, file->buffer, file->count);
    file->count = 0;
  }
  return file->failed ? EOF : 0;
}

static void put(FILE *file, const char *bytes, size_t count) {
  int ends = memchr(bytes, '\n', count) != NULL;
  if (!count) return;
  if (file->count + count > sizeof file->buffer) fflush(file);
  if (count > sizeof file->buffer) {
    send(file, bytes, count);
    return;
  }
  memcpy(file->buffer + file->count, bytes, count);
  file->count += count;
  if (ends || !file->buffered) fflush(file);
}

void __put(struct __sink *sink, const char *bytes, size_t count) {
  size_t part = count < sink->room ? count : sink->room;
  sink->count += count;
  if (sink->file) put(sink->file, bytes, count);
  memcpy(sink->at, bytes, part);
  sink->at += part;
  sink->room -= part;
}

int vsnprintf(char *buffer, size_t size, const char *format, va_list arguments) {
  char none[1];
  struct __sink sink = {NULL, size ? buffer : none, size ? size - 1 : 0, 0};
  va_list copy;
  va_copy(copy, arguments);
  __format(&sink, format, &copy);
  va_end(copy);
  *sink.at = 0;
  return (int)sink.count;
}

int vfprintf(FILE *file, const char *format, va_list arguments) {
  /* An unbuffered stream gets the whole at once. */
  char none[1], buffered = file->buffered;
  struct __sink sink = {file, none, 0, 0};
  va_list copy;
  va_copy(copy, arguments);
  file->buffered = 1;
  __format(&sink, format, &copy);
  file->buffered = buffered;
  if (!buffered) fflush(file);
  va_end(copy);
  return file->failed ? -1 : (int)sink.count;
}

int vsprintf(char *buffer, const char *format, va_list arguments) {
  return vsnprintf(buffer, (size_t)-1 / 2, format, arguments);
}

int vprintf(const char *format, va_list arguments) { return vfprintf(stdout, format, arguments); }

#define WITH_ARGUMENTS(last, call)   \
  va_list arguments;                 \
  va_start(arguments, last);         \
  int result = call;                 \
  va_end(arguments);                 \
  return result

int printf(const char *format, ...) { WITH_ARGUMENTS(format, vprintf(format, arguments)); }

int fprintf(FILE *file, const char *format, ...) { WITH_ARGUMENTS(format, vfprintf(file, format, arguments)); }

int sprintf(char *buffer, const char *format, ...) { WITH_ARGUMENTS(format, vsprintf(buffer, format, arguments)); }

int snprintf(char *buffer, size_t size, const char *format, ...) {
  WITH_ARGUMENTS(format, vsnprintf(buffer, size, format, arguments));
}

size_t fwrite(const void *items, size_t size, size_t count, FILE *file) {
  size_t bytes;
  if (__builtin_mul_overflow(size, count, &bytes)) return 0;
  put(file, items, bytes);
  return file->failed ? 0 : count;
}

int fputs(const char *text, FILE *file) {
  put(file, text, strlen(text));
  return file->failed ? EOF : 0;
}

int fputc(int c, FILE *file) {
  char byte = (char)c;
  put(file, &byte, 1);
  return file->failed ? EOF : (unsigned char)c;
}

int putc(int c, FILE *file) { return fputc(c, file); }

int putchar(int c) { return fputc(c, stdout); }

int puts(const char *text) {
  fputs(text, stdout);
  return fputc('\n', stdout);
}

/* Gets more bytes into an empty buffer; whether there are any. */
static int fill(FILE *file) {
  if (file->taken < file->count) return 1;
  fflush(stdout);
  size_t count = file->descriptor ? (size_t)-1 : zero_read(file->descriptor, file->buffer, sizeof file->buffer);
  if (count == (size_t)-1) file->failed = 1, count = 0;
  else if (!count) file->at_end = 1;
  file->taken = 0;
  file->count = count;
  return count != 0;
}

int fgetc(FILE *file) { return fill(file) ? (unsigned char)file->buffer[file->taken++] : EOF; }

int getc(FILE *file) { return fgetc(file); }

int getchar(void) { return fgetc(stdin); }

/* There is room in front of what was read last. */
int ungetc(int c, FILE *file) {
  if (c == EOF || !file->taken) return EOF;
  file->buffer[--file->taken] = (char)c;
  file->at_end = 0;
  return (unsigned char)c;
}

char *fgets(char *buffer, int size, FILE *file) {
  int length = 0, c = 0;
  while (length + 1 < size && c != '\n' && (c = fgetc(file)) != EOF) buffer[length++] = (char)c;
  if (!length) return NULL;
  buffer[length] = 0;
  return buffer;
}

size_t fread(void *items, size_t size, size_t count, FILE *file) {
  char *at = items;
  size_t wanted;
  if (!size || __builtin_mul_overflow(size, count, &wanted)) return 0;
  while (wanted && fill(file)) {
    size_t part = file->count - file->taken < wanted ? file->count - file->taken : wanted;
    memcpy(at, file->buffer + file->taken, part);
    file->taken += part, at += part, wanted -= part;
  }
  return (size_t)(at - (char *)items) / size;
}

void clearerr(FILE *file) { file->at_end = file->failed = 0; }

int feof(FILE *file) { return file->at_end; }

int ferror(FILE *file) { return file->failed; }

int fileno(FILE *file) { return file->descriptor; }

void perror(const char *prefix) {
  int number = errno;
  if (prefix && *prefix) fprintf(stderr, "%s: ", prefix);
  fprintf(stderr, "%s\n", strerror(number));
}

FILE *fopen(const char *path, const char *mode) {
  (void)path, (void)mode;
  errno = ENOENT;
  return NULL;
}

FILE *freopen(const char *path, const char *mode, FILE *file) {
  (void)file;
  return fopen(path, mode);
}

int fclose(FILE *file) { return fflush(file); }

int fseek(FILE *file, long offset, int whence) {
  (void)file, (void)offset, (void)whence;
  errno = EINVAL;
  return -1;
}

long ftell(FILE *file) { return fseek(file, 0, SEEK_CUR); }

int setvbuf(FILE *file, char *buffer, int mode, size_t size) {
  (void)buffer, (void)size;
  fflush(file);
  file->buffered = mode != _IONBF;
  return 0;
}
