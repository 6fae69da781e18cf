/* The heap. In front of each block stands what the runtime must be told to take it back. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zero.h>

/* The end of the room in front of a block, which is as long as the block's alignment. */
struct header {
  size_t size;
  size_t align;
};

/* The alignment of any type. */
#define ALIGN 16

static void *allocate(size_t size, size_t align) {
  size_t whole;
  char *memory;
  if (__builtin_add_overflow(size, align, &whole) || !(memory = zero_alloc(whole, align))) {
    errno = ENOMEM;
    return NULL;
  }
  ((struct header *)(memory + align))[-1] = (struct header){size, align};
  return memory + align;
}

void *malloc(size_t size) { return allocate(size, ALIGN); }

void *aligned_alloc(size_t align, size_t size) {
  if (!align || align & (align - 1)) {
    errno = EINVAL;
    return NULL;
  }
  return allocate(size, align < ALIGN ? ALIGN : align);
}

void *calloc(size_t count, size_t size) {
  size_t whole;
  void *memory = NULL;
  if (__builtin_mul_overflow(count, size, &whole)) errno = ENOMEM;
  else memory = malloc(whole);
  return memory ? memset(memory, 0, whole) : NULL;
}

void free(void *memory) {
  if (!memory) return;
  struct header header = ((struct header *)memory)[-1];
  zero_free((char *)memory - header.align, header.size + header.align, header.align);
}

void *realloc(void *memory, size_t size) {
  if (!memory) return malloc(size);
  size_t old = ((struct header *)memory)[-1].size;
  void *moved = malloc(size);
  if (!moved) return NULL;
  memcpy(moved, memory, old < size ? old : size);
  free(memory);
  return moved;
}
