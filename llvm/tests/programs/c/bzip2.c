/* bzip2: two block sizes, the small decoder, damaged input. */
#include "sample.h"
#include <bzlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 120000 };
static char plain[SIZE], packed[SIZE + 2000], again[SIZE];

void bz_internal_error(int error) {
  printf("internal error %d\n", error);
  abort();
}

int main(void) {
  sample((unsigned char *)plain, SIZE);
  memset(plain + 50000, 'x', 20000);
  printf("%s\n", BZ2_bzlibVersion());
  for (int level = 1; level <= 9; level += 8) {
    unsigned size = sizeof packed, length = SIZE;
    int error = BZ2_bzBuffToBuffCompress(packed, &size, plain, SIZE, level, 0, 30);
    printf("level %d: %d, %u bytes, sum %08x\n", level, error, size, (unsigned)sum_of(packed, size));
    memset(again, 0, sizeof again);
    error = BZ2_bzBuffToBuffDecompress(again, &length, packed, size, level > 1, 0);
    printf("  back: %d, %u, %s\n", error, length, memcmp(plain, again, SIZE) ? "different" : "the same");
    packed[size / 2] ^= 4;
    length = SIZE;
    printf("  damaged: %d\n", BZ2_bzBuffToBuffDecompress(again, &length, packed, size, 0, 0));
  }
  return 0;
}
