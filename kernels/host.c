/* Calls one kernel and times each call: host NAME N... prints for every N "checksum nanoseconds", CPU time of the process. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
typedef unsigned int u32;
#define KERNELS X(fib) X(sieve) X(matmul) X(matmulf) X(crc32) X(sha256) X(qsort) X(nbody) X(mandel) X(strings) X(hash) X(collatz) X(dispatch) X(fannkuch) X(fir) X(structs)
#define X(name) extern u32 k_##name(u32);
KERNELS
#undef X
static const struct { const char *name; u32 (*call)(u32); } kernels[] = {
#define X(name) { #name, k_##name },
KERNELS
#undef X
};
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}
int main(int argc, char **argv) {
  size_t k = 0, count = sizeof kernels / sizeof kernels[0];
  int i;
  if (argc < 3) { fprintf(stderr, "usage: host NAME N...\n"); return 64; }
  while (k < count && strcmp(kernels[k].name, argv[1])) k++;
  if (k == count) { fprintf(stderr, "host: no kernel %s\n", argv[1]); return 64; }
  for (i = 2; i < argc; i++) {
    u32 n = (u32)strtoul(argv[i], 0, 10), sum;
    double start = now();
    sum = kernels[k].call(n);
    printf("%u %.0f\n", sum, now() - start);
  }
  return 0;
}
