/* printf's format strings: flags, width, precision, hh h l ll j z t, and d i u o x X c s p n f F e E g G a A %. */
#include "decimal.h"
#include "file.h"
#include <stdint.h>
#include <string.h>

enum { LEFT = 1, PLUS = 2, SPACE = 4, ALTERNATE = 8, ZERO = 16 };

struct field {
  int flags;
  int width;
  /* Negative when there is none. */
  int precision;
  /* How long an integer is: hh -2, h -1, int 0, l 1, ll and more 2. */
  int length;
};

static void pad(struct __sink *sink, char c, int count) {
  char bytes[32];
  if (count <= 0) return;
  memset(bytes, c, sizeof bytes);
  for (; count > (int)sizeof bytes; count -= sizeof bytes) __put(sink, bytes, sizeof bytes);
  __put(sink, bytes, (size_t)count);
}

/* A field: a prefix such as a sign, zeros, text, zeros behind it, a last part; blanks fill up to the width. */
struct parts {
  const char *prefix;
  int zeros;
  const char *text;
  int length;
  int trailing;
  const char *last;
};

static void put_parts(struct __sink *sink, const struct field *field, struct parts p) {
  int prefix = (int)strlen(p.prefix), last = (int)strlen(p.last);
  int free = field->width - prefix - p.zeros - p.length - p.trailing - last;
  if (free > 0 && field->flags & ZERO && !(field->flags & LEFT)) p.zeros += free, free = 0;
  if (!(field->flags & LEFT)) pad(sink, ' ', free);
  __put(sink, p.prefix, (size_t)prefix);
  pad(sink, '0', p.zeros);
  __put(sink, p.text, (size_t)p.length);
  pad(sink, '0', p.trailing);
  __put(sink, p.last, (size_t)last);
  if (field->flags & LEFT) pad(sink, ' ', free);
}

static const char *sign_of(const struct field *field, int negative) {
  return negative ? "-" : field->flags & PLUS ? "+" : field->flags & SPACE ? " " : "";
}

static void put_integer(struct __sink *sink, struct field *field, uint64_t value, char kind, const char *prefix) {
  const char *digits = kind == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
  unsigned base = kind == 'o' ? 8 : (kind | 32) == 'x' || kind == 'p' ? 16 : 10;
  char buffer[24], *end = buffer + sizeof buffer, *at = end;
  int length;
  for (uint64_t rest = value; rest; rest /= base) *--at = digits[rest % base];
  length = (int)(end - at);
  int least = field->precision < 0 ? 1 : field->precision;
  if (field->precision >= 0) field->flags &= ~ZERO;
  if (field->flags & ALTERNATE && kind == 'o' && least <= length) least = length + 1;
  if (kind == 'p' || (field->flags & ALTERNATE && base == 16 && value)) prefix = kind == 'X' ? "0X" : "0x";
  put_parts(sink, field, (struct parts){prefix, least > length ? least - length : 0, at, length, 0, ""});
}

static uint64_t take_unsigned(const struct field *field, va_list *arguments) {
  switch (field->length) {
    case -2: return (unsigned char)va_arg(*arguments, int);
    case -1: return (unsigned short)va_arg(*arguments, int);
    case 0: return va_arg(*arguments, unsigned);
    case 1: return va_arg(*arguments, unsigned long);
    default: return va_arg(*arguments, unsigned long long);
  }
}

static int64_t take_signed(const struct field *field, va_list *arguments) {
  switch (field->length) {
    case -2: return (signed char)va_arg(*arguments, int);
    case -1: return (short)va_arg(*arguments, int);
    case 0: return va_arg(*arguments, int);
    case 1: return va_arg(*arguments, long);
    default: return va_arg(*arguments, long long);
  }
}

/* An exponent with its letter and sign, and at least so many digits. */
static const char *exponent(char buffer[8], char letter, int value, int least) {
  char *at = buffer + 7;
  int magnitude = value < 0 ? -value : value;
  *at = 0;
  for (; magnitude || least > 0; least--, magnitude /= 10) *--at = (char)('0' + magnitude % 10);
  *--at = value < 0 ? '-' : '+';
  *--at = letter;
  return at;
}

/* Digits before the point, the point, digits behind it, and then an exponent. */
static void put_digits(struct __sink *sink, const struct field *field, const char *sign, const struct decimal *d,
                       int point, int behind, const char *last) {
  /* The largest double has 309 digits before the point; behind the digits that there are come zeros. */
  char text[DECIMAL_DIGITS + 340];
  int length = 0, at = point < 0 ? point : 0;
  if (point <= 0) text[length++] = '0';
  for (; at < point; at++) text[length++] = (char)('0' + (at < d->count ? d->digits[at] : 0));
  if (behind || field->flags & ALTERNATE) text[length++] = '.';
  for (; behind && at < d->count; at++, behind--) text[length++] = (char)('0' + (at < 0 ? 0 : d->digits[at]));
  put_parts(sink, field, (struct parts){sign, 0, text, length, behind, last});
}

/* 0x1.8p+1: the bits of the significand in hexadecimal. */
static void put_hexadecimal(struct __sink *sink, const struct field *field, uint64_t bits, char kind) {
  const char *digits = kind == 'A' ? "0123456789ABCDEF" : "0123456789abcdef";
  int binary = (int)(bits >> 52 & 2047), precision = field->precision < 0 ? 13 : field->precision;
  uint64_t significand = (bits & 0xfffffffffffff) | (uint64_t)(binary != 0) << 52;
  char text[16], last[8], prefix[4] = "", *end = prefix;
  int length = 0, shift = 52;
  if (precision < 13) {
    int cut = 4 * (13 - precision);
    uint64_t half = (uint64_t)1 << (cut - 1), rest = significand & (2 * half - 1);
    significand -= rest;
    if (rest > half || (rest == half && significand >> cut & 1)) significand += 2 * half;
  }
  end = stpcpy(prefix, sign_of(field, (int)(bits >> 63)));
  stpcpy(end, kind == 'A' ? "0X" : "0x");
  text[length++] = digits[significand >> 52];
  significand &= 0xfffffffffffff;
  if (field->precision < 0)
    for (precision = 0; precision < 13 && significand << (12 + 4 * precision);) precision++;
  if (precision || field->flags & ALTERNATE) text[length++] = '.';
  for (; precision && shift; precision--) text[length++] = digits[significand >> (shift -= 4) & 15];
  binary = bits << 1 ? (binary ? binary : 1) - 1023 : 0;
  put_parts(sink, field,
            (struct parts){prefix, 0, text, length, precision, exponent(last, kind == 'A' ? 'P' : 'p', binary, 1)});
}

static void put_real(struct __sink *sink, struct field *field, double value, char kind) {
  uint64_t bits;
  int binary, precision = field->precision < 0 ? 6 : field->precision, upper = !(kind & 32);
  char last[8];
  struct decimal d;
  memcpy(&bits, &value, sizeof bits);
  const char *sign = sign_of(field, (int)(bits >> 63));
  binary = (int)(bits >> 52 & 2047);
  if (binary == 2047) {
    field->flags &= ~ZERO;
    const char *name = bits << 12 ? upper ? "NAN" : "nan" : upper ? "INF" : "inf";
    put_parts(sink, field, (struct parts){sign, 0, name, 3, 0, ""});
    return;
  }
  if ((kind | 32) == 'a') {
    put_hexadecimal(sink, field, bits, kind);
    return;
  }
  __decimal_of(&d, (bits & 0xfffffffffffff) | (uint64_t)(binary != 0) << 52);
  __decimal_scale(&d, (binary ? binary : 1) - 1075);
  if ((kind | 32) == 'f') {
    __decimal_round(&d, d.point + precision);
    put_digits(sink, field, sign, &d, d.point, precision, "");
    return;
  }
  int general = (kind | 32) == 'g';
  if (general && precision) precision--;
  __decimal_round(&d, precision + 1);
  int scientific = d.count ? d.point - 1 : 0;
  int fixed = general && scientific >= -4 && scientific <= precision;
  if (fixed) precision -= scientific;
  if (general && !(field->flags & ALTERNATE)) {
    int needed = d.count - (fixed ? d.point : 1);
    precision = needed < 0 ? 0 : needed < precision ? needed : precision;
  }
  if (fixed) put_digits(sink, field, sign, &d, d.point, precision, "");
  else put_digits(sink, field, sign, &d, 1, precision, exponent(last, upper ? 'E' : 'e', scientific, 2));
}

static void put_text(struct __sink *sink, struct field *field, const char *text) {
  if (!text) text = "(null)";
  size_t length = field->precision < 0 ? strlen(text) : strnlen(text, (size_t)field->precision);
  field->flags &= ~ZERO;
  put_parts(sink, field, (struct parts){"", 0, text, (int)length, 0, ""});
}

static void put_field(struct __sink *sink, struct field *field, char kind, va_list *arguments) {
  char c[1];
  int64_t value;
  switch (kind) {
    case 'd':
    case 'i':
      value = take_signed(field, arguments);
      put_integer(sink, field, value < 0 ? -(uint64_t)value : (uint64_t)value, kind, sign_of(field, value < 0));
      break;
    case 'u':
    case 'o':
    case 'x':
    case 'X': put_integer(sink, field, take_unsigned(field, arguments), kind, ""); break;
    case 'p': put_integer(sink, field, (uintptr_t)va_arg(*arguments, void *), kind, ""); break;
    case 's': put_text(sink, field, va_arg(*arguments, const char *)); break;
    case 'n': *va_arg(*arguments, int *) = (int)sink->count; break;
    case 'c':
      c[0] = (char)va_arg(*arguments, int);
      field->flags &= ~ZERO;
      put_parts(sink, field, (struct parts){"", 0, c, 1, 0, ""});
      break;
    case 'a': case 'A': case 'e': case 'E': case 'f': case 'F': case 'g': case 'G':
      put_real(sink, field, va_arg(*arguments, double), kind);
      break;
    default: __put(sink, &kind, 1);
  }
}

static int flag(char c) {
  switch (c) {
    case '-': return LEFT;
    case '+': return PLUS;
    case ' ': return SPACE;
    case '#': return ALTERNATE;
    case '0': return ZERO;
    default: return 0;
  }
}

/* A number that stands in the format, or in the arguments for a star. */
static int number(const char **at, va_list *arguments) {
  int value = 0;
  if (**at == '*') {
    ++*at;
    return va_arg(*arguments, int);
  }
  for (; **at >= '0' && **at <= '9'; ++*at)
    if (value < 100000000) value = value * 10 + (**at - '0');
  return value;
}

static int length(const char **at) {
  int length = 0;
  for (;; ++*at) switch (**at) {
      case 'h': length--; break;
      case 'l': length++; break;
      case 'j': length = 2; break;
      case 'z': length = sizeof(size_t) == sizeof(long) ? 1 : 0; break;
      case 't': length = sizeof(ptrdiff_t) == sizeof(long) ? 1 : 0; break;
      default: return length < -2 ? -2 : length > 2 ? 2 : length;
    }
}

void __format(struct __sink *sink, const char *format, va_list *arguments) {
  for (;;) {
    size_t plain = 0;
    while (format[plain] && format[plain] != '%') plain++;
    __put(sink, format, plain);
    format += plain;
    if (!*format || !*++format) return;
    struct field field = {0, 0, -1, 0};
    while (flag(*format)) field.flags |= flag(*format++);
    field.width = number(&format, arguments);
    if (field.width < 0) field.width = -field.width, field.flags |= LEFT;
    if (*format == '.') format++, field.precision = number(&format, arguments);
    field.length = length(&format);
    if (!*format) return;
    put_field(sink, &field, *format++, arguments);
  }
}
