/* Divisions of 64 bits, which i386 has no instruction for: what clang calls where its own library is not installed. */
#include <stdint.h>

uint64_t __udivmoddi4(uint64_t a, uint64_t b, uint64_t *rest) {
  uint64_t quotient = 0, r = 0;
  for (int i = 63; i >= 0; i--) {
    uint64_t over = r >> 63;
    r = r << 1 | (a >> i & 1);
    if (over || r >= b) {
      r -= b;
      quotient |= (uint64_t)1 << i;
    }
  }
  if (rest) *rest = r;
  return quotient;
}

static uint64_t magnitude(int64_t a) { return a < 0 ? -(uint64_t)a : (uint64_t)a; }

uint64_t __udivdi3(uint64_t a, uint64_t b) { return __udivmoddi4(a, b, 0); }

uint64_t __umoddi3(uint64_t a, uint64_t b) {
  uint64_t rest;
  __udivmoddi4(a, b, &rest);
  return rest;
}

int64_t __divdi3(int64_t a, int64_t b) {
  uint64_t quotient = __udivmoddi4(magnitude(a), magnitude(b), 0);
  return (int64_t)((a < 0) != (b < 0) ? -quotient : quotient);
}

int64_t __moddi3(int64_t a, int64_t b) {
  uint64_t rest;
  __udivmoddi4(magnitude(a), magnitude(b), &rest);
  return (int64_t)(a < 0 ? -rest : rest);
}
