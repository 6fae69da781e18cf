/* Streams over the runtime's input, output and error output; there are no files. */
#ifndef LIBC_STDIO_H
#define LIBC_STDIO_H
#include <stdarg.h>
#include <stddef.h>

#define EOF (-1)
#define BUFSIZ 1024
#define FILENAME_MAX 256
#define FOPEN_MAX 3
#define L_tmpnam 1
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#define _IOFBF 0
#define _IOLBF 1
#define _IONBF 2

typedef struct __file FILE;
typedef long fpos_t;
extern FILE *const stdin, *const stdout, *const stderr;

#define __PRINTF(at, first) __attribute__((format(printf, at, first)))
int printf(const char *format, ...) __PRINTF(1, 2);
int fprintf(FILE *file, const char *format, ...) __PRINTF(2, 3);
int sprintf(char *buffer, const char *format, ...) __PRINTF(2, 3);
int snprintf(char *buffer, size_t size, const char *format, ...) __PRINTF(3, 4);
int vprintf(const char *format, va_list arguments);
int vfprintf(FILE *file, const char *format, va_list arguments);
int vsprintf(char *buffer, const char *format, va_list arguments);
int vsnprintf(char *buffer, size_t size, const char *format, va_list arguments);

int fputc(int c, FILE *file);
int fputs(const char *text, FILE *file);
size_t fwrite(const void *items, size_t size, size_t count, FILE *file);
int putc(int c, FILE *file);
int putchar(int c);
int puts(const char *text);
int fflush(FILE *file);

int fgetc(FILE *file);
char *fgets(char *buffer, int size, FILE *file);
size_t fread(void *items, size_t size, size_t count, FILE *file);
int getc(FILE *file);
int getchar(void);
int ungetc(int c, FILE *file);

void clearerr(FILE *file);
int feof(FILE *file);
int ferror(FILE *file);
int fileno(FILE *file);
void perror(const char *prefix);

/* Nothing can be opened: NULL, with ENOENT. */
FILE *fopen(const char *path, const char *mode);
FILE *freopen(const char *path, const char *mode, FILE *file);
int fclose(FILE *file);
/* Streams have no positions: -1, with EINVAL. */
int fseek(FILE *file, long offset, int whence);
long ftell(FILE *file);
int setvbuf(FILE *file, char *buffer, int mode, size_t size);
#endif
