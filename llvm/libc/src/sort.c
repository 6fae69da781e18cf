/* Sorting and searching. The sort is a heap sort: n log n comparisons at most, no memory, no recursion. */
#include <stdlib.h>
#include <string.h>

static void swap(char *a, char *b, size_t size) {
  char held[64];
  while (size) {
    size_t part = size < sizeof held ? size : sizeof held;
    memcpy(held, a, part);
    memcpy(a, b, part);
    memcpy(b, held, part);
    a += part, b += part, size -= part;
  }
}

void qsort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *)) {
  char *base = items;
  size_t root = count / 2, end = count;
  if (count < 2 || !size) return;
  while (end > 1) {
    size_t parent, child;
    if (root) root--;
    else swap(base, base + --end * size, size);
    /* Items behind root are a heap, the greatest first; now root goes to its place among them. */
    for (parent = root; (child = 2 * parent + 1) < end; parent = child) {
      if (child + 1 < end && compare(base + child * size, base + (child + 1) * size) < 0) child++;
      if (compare(base + parent * size, base + child * size) >= 0) break;
      swap(base + parent * size, base + child * size, size);
    }
  }
}

void *bsearch(const void *key, const void *items, size_t count, size_t size,
              int (*compare)(const void *, const void *)) {
  const char *base = items;
  while (count) {
    const char *middle = base + count / 2 * size;
    int order = compare(key, middle);
    if (!order) return (void *)middle;
    if (order > 0) {
      base = middle + size;
      count--;
    }
    count /= 2;
  }
  return NULL;
}
