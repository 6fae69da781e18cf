/* Types of sizes and positions. */
#ifndef LIBC_SYS_TYPES_H
#define LIBC_SYS_TYPES_H
#include <stddef.h>
typedef long off_t;
typedef ptrdiff_t ssize_t;
#endif
