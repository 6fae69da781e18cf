/* Numbers from text. */
#include "decimal.h"
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *skip_space(const char *at) {
  while (isspace((unsigned char)*at)) at++;
  return at;
}

/* Skips a sign; whether it was a minus. */
static int sign(const char **at) {
  int negative = **at == '-';
  if (negative || **at == '+') ++*at;
  return negative;
}

/* The value of a digit; 36 for what is none. */
static int digit(char c) {
  if (isdigit((unsigned char)c)) return c - '0';
  return isalpha((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : 36;
}

static int is_hexadecimal(const char *at) { return at[0] == '0' && (at[1] | 32) == 'x'; }

/* A number whose magnitude is `positive` at most, or `negative` behind a minus; what is more becomes that. */
static unsigned long long integer(const char *text, char **end, int base, unsigned long long positive,
                                  unsigned long long negative) {
  const char *at = skip_space(text), *first;
  int minus = sign(&at), over = 0;
  unsigned long long value = 0, most = minus ? negative : positive;
  if ((base == 0 || base == 16) && is_hexadecimal(at) && digit(at[2]) < 16) at += 2, base = 16;
  if (base == 0) base = *at == '0' ? 8 : 10;
  for (first = at; digit(*at) < base; at++) {
    if (__builtin_mul_overflow(value, (unsigned)base, &value)) over = 1;
    if (__builtin_add_overflow(value, (unsigned)digit(*at), &value)) over = 1;
  }
  if (end) *end = (char *)(at == first ? text : at);
  if (over || value > most) {
    errno = ERANGE;
    return negative == positive ? most : minus ? -most : most;
  }
  return minus ? -value : value;
}

long strtol(const char *text, char **end, int base) {
  return (long)integer(text, end, base, LONG_MAX, (unsigned long)LONG_MAX + 1);
}

long long strtoll(const char *text, char **end, int base) {
  return (long long)integer(text, end, base, LLONG_MAX, (unsigned long long)LLONG_MAX + 1);
}

unsigned long strtoul(const char *text, char **end, int base) {
  return (unsigned long)integer(text, end, base, ULONG_MAX, ULONG_MAX);
}

unsigned long long strtoull(const char *text, char **end, int base) {
  return integer(text, end, base, ULLONG_MAX, ULLONG_MAX);
}

int atoi(const char *text) { return (int)strtol(text, NULL, 10); }
long atol(const char *text) { return strtol(text, NULL, 10); }
long long atoll(const char *text) { return strtoll(text, NULL, 10); }
double atof(const char *text) { return strtod(text, NULL); }

/* What an exponent adds, read when digits are behind its letter; capped where nothing changes any more. */
static int exponent(const char **text) {
  const char *at = *text + 1;
  int minus = sign(&at), value = 0;
  if (!isdigit((unsigned char)*at)) return 0;
  for (; isdigit((unsigned char)*at); at++)
    if (value < 100000) value = value * 10 + (*at - '0');
  *text = at;
  return minus ? -value : value;
}

/* Digits with a point, and perhaps an exponent. */
static int read_decimal(const char **text, struct decimal *d) {
  const char *at = *text;
  int point = 0, any = 0;
  *d = (struct decimal){0};
  for (;; at++) {
    if (*at == '.' && !point) {
      point = 1;
      continue;
    }
    if (!isdigit((unsigned char)*at)) break;
    any = 1;
    if (*at == '0' && !d->count) d->point -= point;
    else {
      if (d->count < DECIMAL_DIGITS) d->digits[d->count++] = *at - '0';
      else if (*at != '0') d->cut = 1;
      d->point += !point;
    }
  }
  if (!any) return 0;
  if ((*at | 32) == 'e') d->point += exponent(&at);
  while (d->count && !d->digits[d->count - 1]) d->count--;
  *text = at;
  return 1;
}

/* The same in hexadecimal, behind 0x: the leading 60 bits, the last of them set when anything is behind. */
static int read_hexadecimal(const char **text, struct decimal *d) {
  const char *at = *text;
  int point = 0, any = 0, scale = 0;
  uint64_t value = 0;
  for (;; at++) {
    if (*at == '.' && !point) {
      point = 1;
      continue;
    }
    if (digit(*at) >= 16) break;
    any = 1;
    if (value >> 56) {
      value |= digit(*at) != 0;
      scale += point ? 0 : 4;
    } else {
      value = value << 4 | (unsigned)digit(*at);
      scale -= point ? 4 : 0;
    }
  }
  if (!any) return 0;
  if ((*at | 32) == 'p') scale += exponent(&at);
  __decimal_of(d, value);
  /* Beyond these no double is left. */
  __decimal_scale(d, scale < -1500 ? -1500 : scale > 1500 ? 1500 : scale);
  *text = at;
  return 1;
}

static uint64_t real(const char *text, char **end, int precision, int width) {
  const char *at = skip_space(text), *last;
  uint64_t minus = (uint64_t)sign(&at) << (precision + width - 1), bits = 0;
  uint64_t infinite = (((uint64_t)1 << width) - 1) << (precision - 1);
  struct decimal d;
  if (!strncasecmp(at, "inf", 3)) {
    at += strncasecmp(at, "infinity", 8) ? 3 : 8;
    bits = infinite;
  } else if (!strncasecmp(at, "nan", 3)) {
    at += 3;
    bits = infinite | (uint64_t)1 << (precision - 2);
  } else {
    last = at + 2;
    if (is_hexadecimal(at) && read_hexadecimal(&last, &d)) at = last;
    else if (!read_decimal(&at, &d)) {
      at = text;
      minus = 0;
      d.count = 0;
    }
    int some = d.count;
    bits = __decimal_bits(&d, precision, width);
    if (bits == infinite || (some && !(bits >> (precision - 1)))) errno = ERANGE;
  }
  if (end) *end = (char *)at;
  return minus | bits;
}

double strtod(const char *text, char **end) {
  uint64_t bits = real(text, end, 53, 11);
  double result;
  memcpy(&result, &bits, sizeof result);
  return result;
}

float strtof(const char *text, char **end) {
  uint32_t bits = (uint32_t)real(text, end, 24, 8);
  float result;
  memcpy(&result, &bits, sizeof result);
  return result;
}
