/* Decimal numbers with as many digits as a double can need: the way between doubles and text, both ways exact. */
#ifndef DECIMAL_H
#define DECIMAL_H
#include <stdint.h>

/* A double has at most 767 significant digits, and so has the middle between two of them. */
#define DECIMAL_DIGITS 800

/* 0.d1d2d3… × 10^point; no digits are 0. Neither the first digit nor the last is 0. */
struct decimal {
  int count;
  int point;
  /* Whether digits that are not 0 were cut off behind the last. */
  int cut;
  unsigned char digits[DECIMAL_DIGITS];
};

/* A whole number. */
void __decimal_of(struct decimal *d, uint64_t n);
/* Multiplies by 2^bits. */
void __decimal_scale(struct decimal *d, int bits);
/* Rounds to so many digits, half to even; 0 and less than 0 are allowed. */
void __decimal_round(struct decimal *d, int digits);
/* The bits of the nearest binary number with a significand of `precision` bits and exponents of `width` bits. */
uint64_t __decimal_bits(struct decimal *d, int precision, int width);

#endif
