/* Semihosting: files of the console, lines, bytes, the command line, the clock. */
#include "kit.h"
static u32 file(u32 mode) { u32 block[3] = {(u32)":tt", mode, 3}; return semihost(1, (u32)block); }
static u32 put(u32 to, const char *text, u32 bytes) { u32 block[3] = {to, (u32)text, bytes}; return semihost(5, (u32)block); }
void Reset_Handler(void) {
  u32 in = file(0), out = file(4), err = file(8);
  put(out, "out\n", 4);
  put(err, "err\n", 4);
  char buffer[16], line[16];
  u32 block[3] = {in, (u32)buffer, 5};
  u32 missing = semihost(6, (u32)block);
  put(out, buffer, 5 - missing);
  say_char((char)semihost(7, 0));
  u32 words[2] = {(u32)line, 16};
  if (semihost(0x15, (u32)words)) leave(1);
  say(line);
  u32 bad[3] = {(u32)"nofile", 0, 6};
  if (semihost(1, (u32)bad) != -1u) leave(2);
  if (semihost(0x13, 0) != 2) leave(3);
  if (semihost(2, (u32)&out) || put(out, "x", 1) != -1u) leave(4);
  u32 handle = in;
  if (semihost(9, (u32)&handle) != 1 || semihost(0x31, 0) != 16000000) leave(5);
  leave(words[1]);
}
