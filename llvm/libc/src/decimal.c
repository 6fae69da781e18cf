/* Decimal numbers with as many digits as a double can need. Digits are moved by powers of two as one does on paper. */
#include "decimal.h"
#include <string.h>

/* A digit times 2^STEP and a carry fit 64 bits, and so does ten times a remainder below 2^STEP. */
#define STEP 59

static void trim(struct decimal *d) {
  while (d->count && !d->digits[d->count - 1]) d->count--;
  if (!d->count) d->point = 0;
}

void __decimal_of(struct decimal *d, uint64_t n) {
  unsigned char digits[20];
  int count = 0;
  for (; n; n /= 10) digits[count++] = n % 10;
  d->count = d->point = count;
  d->cut = 0;
  for (int i = 0; i < count; i++) d->digits[i] = digits[count - 1 - i];
  trim(d);
}

/* Multiplies by 2^bits, from the last digit to the first. */
static void left(struct decimal *d, int bits) {
  /* 2^bits has at most this many digits. */
  int more = bits * 3 / 10 + 1;
  uint64_t carry = 0;
  int at = d->count + more, kept;
  for (int i = d->count - 1; at > 0; i--) {
    carry += i >= 0 ? (uint64_t)d->digits[i] << bits : 0;
    unsigned digit = carry % 10;
    carry /= 10;
    if (--at < DECIMAL_DIGITS) d->digits[at] = digit;
    else if (digit) d->cut = 1;
  }
  d->point += more;
  d->count = d->count + more < DECIMAL_DIGITS ? d->count + more : DECIMAL_DIGITS;
  for (kept = 0; kept < d->count && !d->digits[kept]; kept++) d->point--;
  memmove(d->digits, d->digits + kept, (size_t)(d->count -= kept));
  trim(d);
}

/* Divides by 2^bits, from the first digit on. */
static void right(struct decimal *d, int bits) {
  uint64_t rest = 0, mask = ((uint64_t)1 << bits) - 1;
  int from = 0, to = 0;
  while (!(rest >> bits)) {
    rest = rest * 10 + (from < d->count ? d->digits[from] : 0);
    from++;
  }
  d->point -= from - 1;
  for (;;) {
    unsigned digit = (unsigned)(rest >> bits);
    rest &= mask;
    if (to < DECIMAL_DIGITS) d->digits[to++] = digit;
    else if (digit) d->cut = 1;
    if (from >= d->count && !rest) break;
    rest = rest * 10 + (from < d->count ? d->digits[from] : 0);
    from++;
  }
  d->count = to;
  trim(d);
}

void __decimal_scale(struct decimal *d, int bits) {
  for (int part; d->count && bits; bits -= part) {
    part = bits > STEP ? STEP : bits < -STEP ? -STEP : bits;
    if (part > 0) left(d, part);
    else right(d, -part);
  }
}

/* Whether cutting behind so many digits rounds up. */
static int rounds_up(const struct decimal *d, int digits) {
  if (digits < 0 || digits >= d->count) return 0;
  if (d->digits[digits] != 5 || digits + 1 < d->count || d->cut) return d->digits[digits] >= 5;
  return digits > 0 && d->digits[digits - 1] & 1;
}

void __decimal_round(struct decimal *d, int digits) {
  int up = rounds_up(d, digits);
  if (digits >= d->count) return;
  d->count = digits < 0 ? 0 : digits;
  d->cut = 0;
  if (up) {
    while (d->count && d->digits[d->count - 1] == 9) d->count--;
    if (d->count) d->digits[d->count - 1]++;
    else {
      d->digits[d->count++] = 1;
      d->point++;
    }
  }
  trim(d);
}

/* The whole number that is nearest; below 2^64. */
static uint64_t whole(struct decimal *d) {
  uint64_t n = 0;
  __decimal_round(d, d->point);
  for (int i = 0; i < d->point; i++) n = n * 10 + (i < d->count ? d->digits[i] : 0);
  return n;
}

uint64_t __decimal_bits(struct decimal *d, int precision, int width) {
  int most = (1 << width) - 1, bias = most >> 1, exponent = 0, below;
  uint64_t significand, infinite = (uint64_t)most << (precision - 1);
  if (!d->count || d->point < -330) return 0;
  if (d->point > 310) return infinite;
  /* To [1, 2). */
  for (; d->point > 1; exponent += below) __decimal_scale(d, -(below = d->point > 18 ? STEP : 3 * (d->point - 1)));
  for (; d->point < 1; exponent -= below) __decimal_scale(d, below = d->point < -16 ? STEP : 3 * (1 - d->point) + 1);
  for (; d->point > 1; exponent++) __decimal_scale(d, -1);
  for (; d->digits[0] >= 2; exponent++) __decimal_scale(d, -1);
  /* Below the least normal exponent the significand loses bits. */
  below = exponent < 1 - bias ? 1 - bias - exponent : 0;
  __decimal_scale(d, precision - 1 - below);
  significand = whole(d);
  if (significand >> precision) significand >>= 1, exponent++;
  if (exponent > bias) return infinite;
  /* A significand with its leading bit adds one to the exponent field; one without is subnormal. */
  exponent = below ? 0 : exponent + bias - 1;
  return significand + ((uint64_t)exponent << (precision - 1));
}
