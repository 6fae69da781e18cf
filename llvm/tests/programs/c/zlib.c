/* zlib: sums, streams at several levels and strategies, whole and piece by piece, damaged input. */
#include "sample.h"
#include <stdio.h>
#include <string.h>
#include <zlib.h>

enum { SIZE = 60000 };
static unsigned char plain[SIZE], packed[SIZE + 1000], again[SIZE];

static void level(int level, int strategy, int window) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  int error = deflateInit2(&stream, level, Z_DEFLATED, window, 8, strategy);
  stream.next_in = plain;
  stream.avail_in = SIZE;
  stream.next_out = packed;
  stream.avail_out = sizeof packed;
  if (!error) error = deflate(&stream, Z_FINISH);
  unsigned long size = stream.total_out;
  deflateEnd(&stream);
  printf("level %d strategy %d window %d: %d, %lu bytes, sum %08x\n", level, strategy, window, error, size,
         (unsigned)sum_of(packed, size));
  memset(&stream, 0, sizeof stream);
  memset(again, 0, sizeof again);
  error = inflateInit2(&stream, window);
  stream.next_in = packed;
  stream.next_out = again;
  while (!error) {
    stream.avail_in = size - stream.total_in < 777 ? (unsigned)(size - stream.total_in) : 777;
    stream.avail_out = SIZE - stream.total_out < 1001 ? (unsigned)(SIZE - stream.total_out) : 1001;
    error = inflate(&stream, Z_NO_FLUSH);
  }
  inflateEnd(&stream);
  printf("  back: %d, %s\n", error, memcmp(plain, again, SIZE) ? "different" : "the same");
}

int main(void) {
  sample(plain, SIZE);
  printf("%s, crc32 %08lx, adler32 %08lx\n", zlibVersion(), crc32(0, (const unsigned char *)"123456789", 9),
         adler32(1, (const unsigned char *)"Wikipedia", 9));
  level(1, Z_DEFAULT_STRATEGY, 15);
  level(6, Z_DEFAULT_STRATEGY, 31);
  level(9, Z_DEFAULT_STRATEGY, -15);
  level(6, Z_HUFFMAN_ONLY, 9);
  level(6, Z_RLE, 15);
  level(6, Z_FIXED, 15);
  level(0, Z_DEFAULT_STRATEGY, 15);
  uLongf size = sizeof packed, back = SIZE;
  int error = compress2(packed, &size, plain, SIZE, 9);
  printf("compress2: %d, %lu bytes\n", error, size);
  printf("uncompress: %d\n", uncompress(again, &back, packed, size));
  packed[size / 2] ^= 16;
  back = SIZE;
  printf("damaged: %d\n", uncompress(again, &back, packed, size));
  return memcmp(plain, again, 1000) != 0;
}
