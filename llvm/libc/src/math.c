/* Mathematical functions: those that are operations of native IR, and those that bits alone decide. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#define UNARY(name)                                          \
  double name(double x) { return __builtin_##name(x); }      \
  float name##f(float x) { return __builtin_##name##f(x); }
#define BINARY(name)                                                       \
  double name(double x, double y) { return __builtin_##name(x, y); }       \
  float name##f(float x, float y) { return __builtin_##name##f(x, y); }

UNARY(ceil)
UNARY(fabs)
UNARY(floor)
UNARY(nearbyint)
UNARY(rint)
UNARY(round)
UNARY(sqrt)
UNARY(trunc)
BINARY(copysign)

double fma(double x, double y, double z) { return __builtin_fma(x, y, z); }
float fmaf(float x, float y, float z) { return __builtin_fmaf(x, y, z); }

/* A NaN is no number to choose; of two zeros either will do. */
double fmax(double x, double y) { return x > y || y != y ? x : y; }
double fmin(double x, double y) { return x < y || y != y ? x : y; }
float fmaxf(float x, float y) { return x > y || y != y ? x : y; }
float fminf(float x, float y) { return x < y || y != y ? x : y; }
double fdim(double x, double y) { return x != x || y != y ? x + y : x > y ? x - y : 0; }

long lrint(double x) { return (long)rint(x); }
long lround(double x) { return (long)round(x); }

static uint64_t bits_of(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static double of_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

#define SIGN ((uint64_t)1 << 63)
#define FRACTION (((uint64_t)1 << 52) - 1)

static int exponent_of(uint64_t bits) { return (int)(bits >> 52 & 2047); }

/* A magnitude as a whole number below 2^53 times 2^(*exponent - 1075), the leading bit in place 52. */
static uint64_t significand(uint64_t bits, int *exponent) {
  uint64_t m = bits & FRACTION;
  if ((*exponent = exponent_of(bits))) return m | FRACTION + 1;
  for (*exponent = 1; !(m >> 52); m <<= 1) --*exponent;
  return m;
}

/* The remainder, digit by digit of a long division in base 2. */
double fmod(double x, double y) {
  uint64_t a = bits_of(x) & ~SIGN, b = bits_of(y) & ~SIGN, m, n;
  int i, j;
  if (!b || exponent_of(a) == 2047 || y != y) return (x * y) / (x * y);
  if (a < b) return x;
  m = significand(a, &i);
  n = significand(b, &j);
  for (;; i--, m <<= 1) {
    if (m >= n) m -= n;
    if (i == j) break;
  }
  if (!m) return copysign(0, x);
  for (; !(m >> 52); m <<= 1) i--;
  m = i > 0 ? (m & FRACTION) | (uint64_t)i << 52 : m >> (1 - i);
  return of_bits(m | (bits_of(x) & SIGN));
}

/* Of two floats the remainder is a float. */
float fmodf(float x, float y) { return (float)fmod(x, y); }

double frexp(double x, int *exponent) {
  uint64_t bits = bits_of(x), m;
  *exponent = 0;
  if (exponent_of(bits) == 2047 || !(bits << 1)) return x;
  m = significand(bits & ~SIGN, exponent);
  *exponent -= 1022;
  return of_bits((bits & SIGN) | (uint64_t)1022 << 52 | (m & FRACTION));
}

float frexpf(float x, int *exponent) { return (float)frexp(x, exponent); }

/* Multiplies by powers of two. A step down that loses bits leaves so little that the last step makes 0 of it. */
double scalbn(double x, int n) {
  if (n > 3000) n = 3000;
  if (n < -3000) n = -3000;
  for (; n > 1023; n -= 1023) x *= 0x1p1023;
  for (; n < -1022; n += 969) x *= 0x1p-969;
  return x * of_bits((uint64_t)(n + 1023) << 52);
}

double ldexp(double x, int n) { return scalbn(x, n); }

float ldexpf(float x, int n) { return (float)scalbn(x, n); }

double modf(double x, double *whole) {
  *whole = trunc(x);
  return copysign(isinf(x) ? 0 : x - *whole, x);
}
