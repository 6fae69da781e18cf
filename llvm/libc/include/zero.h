/* The runtime: what a program may ask of its host. The functions are those of native-ir/runtime-abi.tsv. */
#ifndef ZERO_H
#define ZERO_H
#include <stddef.h>

size_t zero_write(int descriptor, const void *bytes, size_t count);
size_t zero_read(int descriptor, void *bytes, size_t count);
_Noreturn void zero_exit(int status);
void *zero_alloc(size_t size, size_t align);
void zero_free(void *memory, size_t size, size_t align);
size_t zero_argument_count(void);
const char *zero_argument_pointer(size_t index);
size_t zero_argument_length(size_t index);

#endif
