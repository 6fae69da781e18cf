/* Bytes to compress: words that come again, numbers, and some noise; and a sum of what comes out. */
#ifndef SAMPLE_H
#define SAMPLE_H
#include <stddef.h>
#include <stdint.h>

static uint32_t sample_state = 1;

static uint32_t sample_next(void) { return sample_state = sample_state * 1664525 + 1013904223; }

static void sample(unsigned char *to, size_t count) {
  static const char *const words[8] = {"alpha ", "beta ", "gamma, ", "delta\n", "a long word of the sample ", "zeta", "0", "12345 "};
  size_t at = 0;
  while (at < count) {
    uint32_t kind = sample_next() >> 24;
    const char *word = words[kind & 7];
    if (kind > 240) to[at++] = (unsigned char)(sample_next() >> 16);
    else
      while (*word && at < count) to[at++] = (unsigned char)*word++;
  }
}

/* FNV-1a. */
static uint32_t sum_of(const void *bytes, size_t count) {
  const unsigned char *at = bytes;
  uint32_t sum = 2166136261u;
  for (; count--; at++) sum = (sum ^ *at) * 16777619u;
  return sum;
}
#endif
