/* What generated programs call: arithmetic that is defined for all operands, and the checksum of their variables. */
#ifndef CSMITH_H
#define CSMITH_H
#include <float.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <zero.h>

/* The programs print more of their variables when an argument asks for it; here -DTRACE does. */
#define printf(...) ((void)0)

/* An operation that would overflow, divide by zero or shift too far gives its first operand. */
#define SIGNED(T, MIN)                                                                                                  \
  static inline T safe_unary_minus_func_##T##_s(T a) { return a == (MIN) ? a : (T)-a; }                                 \
  static inline T safe_add_func_##T##_s_s(T a, T b) { T r; return __builtin_add_overflow(a, b, &r) ? a : r; }           \
  static inline T safe_sub_func_##T##_s_s(T a, T b) { T r; return __builtin_sub_overflow(a, b, &r) ? a : r; }           \
  static inline T safe_mul_func_##T##_s_s(T a, T b) { T r; return __builtin_mul_overflow(a, b, &r) ? a : r; }           \
  static inline T safe_div_func_##T##_s_s(T a, T b) { return !b || (a == (MIN) && b == -1) ? a : (T)(a / b); }          \
  static inline T safe_mod_func_##T##_s_s(T a, T b) { return !b || (a == (MIN) && b == -1) ? a : (T)(a % b); }          \
  static inline T safe_lshift_func_##T##_s_u(T a, unsigned b) {                                                         \
    return a < 0 || b >= 8 * sizeof(T) || a > (T)(~(MIN)) >> b ? a : (T)(a << b);                                       \
  }                                                                                                                     \
  static inline T safe_lshift_func_##T##_s_s(T a, int b) { return b < 0 ? a : safe_lshift_func_##T##_s_u(a, b); }       \
  static inline T safe_rshift_func_##T##_s_u(T a, unsigned b) { return a < 0 || b >= 8 * sizeof(T) ? a : (T)(a >> b); } \
  static inline T safe_rshift_func_##T##_s_s(T a, int b) { return b < 0 ? a : safe_rshift_func_##T##_s_u(a, b); }

#define UNSIGNED(T)                                                                                           \
  static inline T safe_unary_minus_func_##T##_u(T a) { return (T)-a; }                                        \
  static inline T safe_add_func_##T##_u_u(T a, T b) { return (T)(a + b); }                                    \
  static inline T safe_sub_func_##T##_u_u(T a, T b) { return (T)(a - b); }                                    \
  static inline T safe_mul_func_##T##_u_u(T a, T b) { return (T)(1u * a * b); }                               \
  static inline T safe_div_func_##T##_u_u(T a, T b) { return b ? (T)(a / b) : a; }                            \
  static inline T safe_mod_func_##T##_u_u(T a, T b) { return b ? (T)(a % b) : a; }                            \
  static inline T safe_lshift_func_##T##_u_u(T a, unsigned b) {                                               \
    return b >= 8 * sizeof(T) || a > (T)-1 >> b ? a : (T)(a << b);                                            \
  }                                                                                                           \
  static inline T safe_lshift_func_##T##_u_s(T a, int b) { return b < 0 ? a : safe_lshift_func_##T##_u_u(a, b); } \
  static inline T safe_rshift_func_##T##_u_u(T a, unsigned b) { return b >= 8 * sizeof(T) ? a : (T)(a >> b); }    \
  static inline T safe_rshift_func_##T##_u_s(T a, int b) { return b < 0 ? a : safe_rshift_func_##T##_u_u(a, b); }

/* Results stay finite, and quotients are of numbers that are not 0. */
#define REAL(T, MAX)                                                                                                  \
  static inline T safe_finite_##T(double r, T a) { return r <= (MAX) && r >= -(MAX) ? (T)r : a; }                     \
  static inline T safe_add_func_##T##_f_f(T a, T b) { return safe_finite_##T((double)a + (double)b, a); }             \
  static inline T safe_sub_func_##T##_f_f(T a, T b) { return safe_finite_##T((double)a - (double)b, a); }             \
  static inline T safe_mul_func_##T##_f_f(T a, T b) { return safe_finite_##T((double)a * (double)b, a); }             \
  static inline T safe_div_func_##T##_f_f(T a, T b) { return b == 0 ? a : safe_finite_##T((double)a / (double)b, a); }

SIGNED(int8_t, INT8_MIN)
SIGNED(int16_t, INT16_MIN)
SIGNED(int32_t, INT32_MIN)
SIGNED(int64_t, INT64_MIN)
UNSIGNED(uint8_t)
UNSIGNED(uint16_t)
UNSIGNED(uint32_t)
UNSIGNED(uint64_t)
REAL(float, FLT_MAX)
REAL(double, DBL_MAX)

static inline int32_t safe_convert_func_float_to_int32_t(float a) {
  return a <= -2147483648.0f || a >= 2147483648.0f ? INT32_MAX : (int32_t)a;
}

/* Builtins that are not defined for 0, and one that only some processors have. */
#define COUNTING(name, T) \
  static inline int defined_##name(T a) { return a ? __builtin_##name(a) : (int)(8 * sizeof(T)); }
COUNTING(clz, unsigned)
COUNTING(clzl, unsigned long)
COUNTING(clzll, unsigned long long)
COUNTING(ctz, unsigned)
COUNTING(ctzl, unsigned long)
COUNTING(ctzll, unsigned long long)
COUNTING(clzs, unsigned short)
COUNTING(ctzs, unsigned short)
#define __builtin_clz defined_clz
#define __builtin_clzl defined_clzl
#define __builtin_clzll defined_clzll
#define __builtin_ctz defined_ctz
#define __builtin_ctzl defined_ctzl
#define __builtin_ctzll defined_ctzll
#define __builtin_clzs defined_clzs
#define __builtin_ctzs defined_ctzs
#define __builtin_ia32_crc32qi(a, b) ((a) ^ (b))

static uint32_t crc32_table[256];
static uint32_t crc32_context = 0xffffffff;

static void crc32_gentab(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; bit++) value = value & 1 ? value >> 1 ^ 0xedb88320 : value >> 1;
    crc32_table[i] = value;
  }
}

static void print(const char *text) {
  size_t length = 0;
  while (text[length]) length++;
  zero_write(1, text, length);
}

static void print_word(uint32_t word) {
  char text[10];
  for (int i = 0; i < 8; i++) text[i] = "0123456789ABCDEF"[word >> (28 - 4 * i) & 15];
  text[8] = '\n';
  text[9] = 0;
  print(text);
}

static void take_byte(uint8_t byte) { crc32_context = crc32_context >> 8 ^ crc32_table[(crc32_context ^ byte) & 255]; }

static void traced(const char *name) {
#ifdef TRACE
  print(name);
  print(" ");
  print_word(crc32_context);
#else
  (void)name;
#endif
}

static inline void transparent_crc(uint64_t value, const char *name, int flag) {
  (void)flag;
  for (int i = 0; i < 8; i++) take_byte((uint8_t)(value >> 8 * i));
  traced(name);
}

static inline void transparent_crc_bytes(const void *bytes, int count, const char *name, int flag) {
  (void)flag;
  for (int i = 0; i < count; i++) take_byte(((const uint8_t *)bytes)[i]);
  traced(name);
}

static inline void platform_main_begin(void) {}

static inline void platform_main_end(uint32_t sum, int flag) {
  (void)flag;
  print("checksum = ");
  print_word(sum);
}

#endif
