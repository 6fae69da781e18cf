/* Bytes and strings. memcpy, memmove and memset are operations of native IR and have no code in this library. */
#ifndef LIBC_STRING_H
#define LIBC_STRING_H
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t count);
void *memmove(void *to, const void *from, size_t count);
void *memset(void *to, int byte, size_t count);

int bcmp(const void *a, const void *b, size_t count);
void *memchr(const void *bytes, int byte, size_t count);
int memcmp(const void *a, const void *b, size_t count);
char *stpcpy(char *restrict to, const char *restrict from);
char *strcat(char *restrict to, const char *restrict from);
char *strchr(const char *text, int c);
int strcmp(const char *a, const char *b);
int strcoll(const char *a, const char *b);
char *strcpy(char *restrict to, const char *restrict from);
size_t strcspn(const char *text, const char *set);
char *strdup(const char *text);
char *strerror(int number);
size_t strlen(const char *text);
char *strncat(char *restrict to, const char *restrict from, size_t count);
int strncmp(const char *a, const char *b, size_t count);
char *strncpy(char *restrict to, const char *restrict from, size_t count);
size_t strnlen(const char *text, size_t count);
char *strpbrk(const char *text, const char *set);
char *strrchr(const char *text, int c);
size_t strspn(const char *text, const char *set);
char *strstr(const char *text, const char *part);
char *strtok(char *restrict text, const char *restrict set);
#endif
