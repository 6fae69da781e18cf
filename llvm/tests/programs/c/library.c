/* Calls of the whole library on fixed and generated input; the output is the same with any correct C library. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static uint64_t state = 88172645463325252u;

static uint64_t next(void) {
  state ^= state << 13;
  state ^= state >> 7;
  return state ^= state << 17;
}

static double of_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static uint64_t bits_of(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return x != x ? 0 : bits;
}

static int sign(int n) { return (n > 0) - (n < 0); }

static const double doubles[] = {
    0.0, -0.0, 1, -1, 0.1, 0.5, 1.5, 2.5, 9.5, 9.995, 99.5, 999998.5, 0.0001, 0.00001, 123456789, 1e15, 1e16, 1e17,
    1e22, 1e23, 1e100, 3.141592653589793, 2.718281828459045e-10, 5e-324, 2.2250738585072014e-308, 2.225073858507201e-308,
    1.7976931348623157e308, 4.35, 0.125, 1024, 65504, 4503599627370496.5, 9007199254740992, HUGE_VAL, -HUGE_VAL};

static void reals(void) {
  static const char *const formats[] = {"%f", "%e", "%g", "%.0f", "%.0e", "%.0g", "%.3f", "%.17g", "%+.2e", "% g", "%#.0f",
                                        "%#g", "%012.3f", "%-12.3e|", "%12.4G", "%.40f", "%.20e", "%a", "%.3a", "%A",
                                        "%.0a", "%20.10a", "%015a", "%#.0a", "%.15a"};
  for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
    for (size_t i = 0; i < sizeof doubles / sizeof *doubles; i++) {
      printf(formats[f], doubles[i]);
      putchar(' ');
    }
    putchar('\n');
  }
  for (int i = 0; i < 300; i++) {
    double x = of_bits(next());
    printf("%.17g %.3e %a\n", x, x, x);
  }
}

static void integers(void) {
  static const char *const formats[] = {"%d", "%5d|", "%-5d|", "%05d|", "%+d", "% d", "%.3d", "%8.3d|", "%-8.3d|", "%.0d|",
                                        "%u", "%x", "%X", "%#x", "%#X", "%o", "%#o", "%#.0o|", "%#10x|", "%#010x|", "%-#10x|",
                                        "%hhd", "%hd", "%hhu", "%hu", "%hhx"};
  static const int values[] = {0, 1, -1, 7, 8, 255, 256, -129, 65535, 65536, INT_MAX, INT_MIN};
  for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
      printf(formats[f], values[i]);
      putchar(' ');
    }
    putchar('\n');
  }
  printf("%ld %lu %lx %lld %llu %llx %jd %zu %td\n", -5L, 5UL, 0xfeL, LLONG_MIN, ULLONG_MAX, 0x123456789abcdefLL, (intmax_t)-3,
         (size_t)7, (ptrdiff_t)-9);
  printf("%" PRId64 " %" PRIu64 " %" PRIx64 " %" PRId32 " %" PRIu8 "\n", INT64_MIN, UINT64_MAX, UINT64_MAX, -4, (uint8_t)200);
  printf("%*d|%-*d|%.*d|%*d|%.*s|\n", 6, 1, 6, 2, 3, 3, -6, 4, 2, "abc");
  printf("%s|%10s|%-10s|%.2s|%c|%5c|%-5c|%%|%p\n", "text", "text", "text", "text", 'x', 'y', 'z', (void *)0x1000);
  int n = 0;
  printf("count%n", &n);
  printf(" %d %d\n", n, snprintf(NULL, 0, "%d %s", 12345, "abc"));
  char cut[6];
  n = snprintf(cut, sizeof cut, "%s", "abcdefgh");
  printf("%s %d\n", cut, n);
}

static void from_text(void) {
  static const char *const texts[] = {
      "0", " 12", "-34x", "+5", "0x1f", "0X1F", "077", "08", "z", "", "-", "0x", "0xg", "2147483648", "-2147483649",
      "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615",
      "18446744073709551616", "\t\n 7 ", "1e5", "1.5", ".5", "5.", ".", "1e", "1e+", "1e-5", "1E10x", "inf", "-INFINITY", "infin",
      "nan", "1e308", "1e309", "-1e400", "5e-324", "2e-324", "3e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "1e-400",
      "0x1p4", "0x1.8p-1", "0x.8", "0x1p-1074", "0x1p-1075", "0x1.8p-1075", "0x1.fffffffffffff8p0", "0x1.fffffffffffff7p0", "0xp1",
      "0x1fffffffffffffffffp-10", "9007199254740993", "9007199254740992.99999999999999999999999", "9007199254740993.00000000000000000001",
      "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308", "2.2250738585072011e-308", "0.1", "0.30000000000000004",
      "123456789012345678901234567890", "0000000000000000000000000000000000000001e-20", "3.4028235677973366e38", "3.4028234e38", "1e-45", "7e-46"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    const char *text = texts[i];
    char *end;
    static const int bases[] = {0, 10, 16, 2, 36};
    printf("%s:", text);
    for (size_t b = 0; b < sizeof bases / sizeof *bases; b++) {
      errno = 0;
      printf(" %lld/%d", strtoll(text, &end, bases[b]), errno == ERANGE);
      printf("/%d %llu/%d", (int)(end - text), strtoull(text, &end, bases[b]), errno == ERANGE);
    }
    errno = 0;
    double d = strtod(text, &end);
    printf(" %" PRIx64 "/%d/%d", bits_of(d), (int)(end - text), errno == ERANGE && (d == 0 || isinf(d)));
    float f = strtof(text, &end);
    printf(" %a/%d\n", (double)f, (int)(end - text));
  }
  char digits[2000];
  for (int i = 0; i < 400; i++) {
    double x = of_bits(next());
    if (isnan(x) || isinf(x)) continue;
    snprintf(digits, sizeof digits, "%.*e", (int)(next() % 25), x);
    printf("%s %" PRIx64 " %a\n", digits, bits_of(strtod(digits, NULL)), (double)strtof(digits, NULL));
    /* The middle between two doubles, exactly, and a digit more. */
    int length = snprintf(digits, sizeof digits, "%.1100f", of_bits(next() >> 12 | (uint64_t)(1000 + next() % 60) << 52));
    strcpy(digits + length, next() & 1 ? "" : "1");
    printf("%" PRIx64 "\n", bits_of(strtod(digits, NULL)));
  }
  printf("%d %ld %lld %g\n", atoi("-12a"), atol("99"), atoll("123456789012"), atof("2.5e3"));
}

static void strings(void) {
  char a[64] = "hello, world", b[64];
  printf("%zu %zu %zu\n", strlen(a), strnlen(a, 5), strnlen(a, 50));
  printf("%d %d %d %d\n", sign(strcmp("a", "b")), sign(strcmp("b", "a")), strcmp("a", "a"), sign(strcmp("\xff", "a")));
  printf("%d %d %d\n", strncmp("abc", "abd", 2), sign(strncmp("abc", "abd", 3)), strncmp("a", "b", 0));
  printf("%d %d %d\n", strcasecmp("HeLLo", "hEllO"), sign(strcasecmp("a", "B")), strncasecmp("ABx", "aby", 2));
  printf("%d %d\n", sign(memcmp("a\0b", "a\0c", 3)), memcmp("a\0b", "a\0c", 2));
  printf("%s %s %s\n", strchr(a, 'o'), strrchr(a, 'o'), strchr(a, 'z') ? "?" : "none");
  printf("%d %d\n", *strchr(a, 0), strrchr(a, 0) == a + 12);
  printf("%s %s %s\n", strstr(a, "wor"), strstr(a, ""), strstr(a, "word") ? "?" : "none");
  printf("%zu %zu %s\n", strspn(a, "leh"), strcspn(a, " ,"), strpbrk(a, "dw"));
  printf("%s\n", (char *)memchr(a, 'w', sizeof a));
  strcpy(b, a), strcat(b, "!"), strncat(b, "?????", 2);
  printf("%s\n", b);
  memset(b, '#', sizeof b), strncpy(b, "abc", 6);
  for (int i = 0; i < 8; i++) printf("%d ", b[i]);
  memmove(a + 2, a, 10), printf("%s\n", a);
  char list[] = ",,a,b;;c;";
  for (char *part = strtok(list, ",;"); part; part = strtok(NULL, ",;")) printf("[%s]", part);
  char *copy = strdup("copied");
  printf("%s %s\n", copy, strerror(ENOENT));
  free(copy);
  for (int c = -1; c < 256; c++) {
    int classes = !!isalnum(c) | !!isalpha(c) << 1 | !!isblank(c) << 2 | !!iscntrl(c) << 3 | !!isdigit(c) << 4 | !!isgraph(c) << 5 |
                  !!islower(c) << 6 | !!isprint(c) << 7 | !!ispunct(c) << 8 | !!isspace(c) << 9 | !!isupper(c) << 10 | !!isxdigit(c) << 11;
    printf("%x/%d/%d ", classes, tolower(c), toupper(c));
  }
  putchar('\n');
}

static int by_value(const void *a, const void *b) {
  int x = *(const int *)a, y = *(const int *)b;
  return (x > y) - (x < y);
}

struct wide { int key; char rest[97]; };

static void sorting(void) {
  for (int count = 0; count < 40; count++) {
    int numbers[40];
    struct wide wides[40];
    for (int i = 0; i < count; i++) {
      numbers[i] = (int)(next() % 50);
      wides[i].key = (int)next();
      memset(wides[i].rest, wides[i].key & 127, sizeof wides[i].rest);
    }
    qsort(numbers, (size_t)count, sizeof *numbers, by_value);
    qsort(wides, (size_t)count, sizeof *wides, by_value);
    for (int i = 0; i < count; i++) printf("%d/%d/%d ", numbers[i], wides[i].key, wides[i].rest[96]);
    int key = 25, *found = bsearch(&key, numbers, (size_t)count, sizeof *numbers, by_value);
    printf("%d\n", found ? *found : -1);
  }
}

static void memory(void) {
  char *blocks[64] = {0};
  size_t sizes[64] = {0}, sum = 0;
  for (int i = 0; i < 3000; i++) {
    size_t at = next() % 64, size = next() % 2000;
    size_t kept = size < sizes[at] ? size : sizes[at];
    blocks[at] = realloc(blocks[at], size + 1);
    for (size_t k = 0; k < kept; k++) sum += blocks[at][k] != (char)at;
    memset(blocks[at], (int)at, size);
    sizes[at] = size;
  }
  for (int i = 0; i < 64; i++) free(blocks[i]);
  int *zeros = calloc(100, sizeof *zeros);
  for (int i = 0; i < 100; i++) sum += zeros[i] != 0;
  free(zeros);
  char *aligned = aligned_alloc(256, 512);
  printf("%zu %d %d %d\n", sum, (int)((uintptr_t)aligned % 256), calloc(SIZE_MAX / 2, 4) == NULL, malloc(SIZE_MAX - 5) == NULL);
  free(aligned);
}

static void mathematics(void) {
  static const double others[] = {0.3, 1, -2, 3.5, 1e300, 1e-310, 7};
  for (size_t i = 0; i < sizeof doubles / sizeof *doubles + 200; i++) {
    double x = i < sizeof doubles / sizeof *doubles ? doubles[i] : i % 2 ? of_bits(next()) : (double)(int64_t)next() / 1048576;
    int e = 0;
    double whole, part;
    printf("%" PRIx64 " %" PRIx64 " %" PRIx64 " %" PRIx64, bits_of(floor(x)), bits_of(ceil(x)), bits_of(trunc(x)), bits_of(round(x)));
    printf(" %" PRIx64 " %" PRIx64 " %" PRIx64, bits_of(rint(x)), bits_of(nearbyint(x)), bits_of(sqrt(fabs(x))));
    part = modf(x, &whole);
    printf(" %" PRIx64 " %" PRIx64, bits_of(part), bits_of(whole));
    part = frexp(x, &e);
    printf(" %" PRIx64 " %d", bits_of(part), isfinite(x) ? e : 0);
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
      double y = others[k];
      printf(" %" PRIx64 " %" PRIx64 " %" PRIx64, bits_of(fmod(x, y)), bits_of(copysign(x, y)), bits_of(fma(x, y, 1)));
      printf(" %" PRIx64 " %" PRIx64 " %" PRIx64, bits_of(fmax(x, y)), bits_of(fmin(x, y)), bits_of(fdim(x, y)));
      printf(" %a", (double)fmodf((float)x, (float)y));
    }
    for (int n = -2200; n <= 2200; n += 73) printf(" %" PRIx64 " %a", bits_of(ldexp(x, n)), (double)ldexpf((float)x, n));
    printf(" %d %d %d\n", fpclassify(x) == FP_SUBNORMAL, isinf(x) != 0, signbit(x) != 0);
  }
}

static void input(void) {
  char line[20];
  int c = getchar();
  ungetc(c, stdin);
  while (fgets(line, sizeof line, stdin)) printf("[%s]", line);
  printf("%d %d\n", feof(stdin) != 0, getchar());
}

static void last(void) { puts("last"); }

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) printf("%s ", argv[i]);
  puts("arguments");
  reals();
  integers();
  from_text();
  strings();
  sorting();
  memory();
  mathematics();
  input();
  div_t d = div(-7, 2);
  printf("%d %d %ld %lld\n", d.quot, d.rem, labs(-4), llabs(-5));
  fputs("to the error output\n", stderr);
  fwrite("abc\n", 1, 4, stdout);
  atexit(last);
  return 42;
}
