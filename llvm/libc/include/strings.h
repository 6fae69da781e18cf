/* Comparison without regard to case. */
#ifndef LIBC_STRINGS_H
#define LIBC_STRINGS_H
#include <stddef.h>
int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t count);
#endif
