/* LZ4: blocks at several levels, frames with checksums, damaged input. */
#include "sample.h"
#include <lz4.h>
#include <lz4frame.h>
#include <lz4hc.h>
#include <stdio.h>
#include <string.h>

enum { SIZE = 100000 };
static char plain[SIZE], packed[SIZE + 2000], again[SIZE];

static void back(const char *how, int size) {
  memset(again, 0, sizeof again);
  int length = LZ4_decompress_safe(packed, again, size, SIZE);
  printf("%s: %d bytes, sum %08x; back %d, %s\n", how, size, (unsigned)sum_of(packed, (size_t)size), length,
         memcmp(plain, again, SIZE) ? "different" : "the same");
}

int main(void) {
  sample((unsigned char *)plain, SIZE);
  printf("%s\n", LZ4_versionString());
  back("default", LZ4_compress_default(plain, packed, SIZE, sizeof packed));
  back("fast", LZ4_compress_fast(plain, packed, SIZE, sizeof packed, 17));
  back("hc 4", LZ4_compress_HC(plain, packed, SIZE, sizeof packed, 4));
  back("hc 12", LZ4_compress_HC(plain, packed, SIZE, sizeof packed, 12));
  LZ4F_preferences_t preferences;
  memset(&preferences, 0, sizeof preferences);
  preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
  size_t size = LZ4F_compressFrame(packed, sizeof packed, plain, SIZE, &preferences);
  printf("frame: %d bytes, sum %08x\n", (int)size, (unsigned)sum_of(packed, size));
  for (int damaged = 0; damaged < 2; damaged++) {
    LZ4F_dctx *context;
    size_t from = 0, to = 0, left = 1;
    memset(again, 0, sizeof again);
    LZ4F_createDecompressionContext(&context, LZ4F_VERSION);
    if (damaged) packed[size - 1] ^= 1;
    while (left && !LZ4F_isError(left)) {
      size_t read = size - from < 999 ? size - from : 999, written = SIZE - to;
      left = LZ4F_decompress(context, again + to, &written, packed + from, &read, NULL);
      from += read, to += written;
    }
    printf("back: %d, %s, %s\n", (int)to, LZ4F_isError(left) ? LZ4F_getErrorName(left) : "whole",
           memcmp(plain, again, SIZE) ? "different" : "the same");
    LZ4F_freeDecompressionContext(context);
  }
  return 0;
}
