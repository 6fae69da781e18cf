/* The end of the program, small arithmetic, and what the host does not have. */
#include <assert.h>
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zero.h>

int errno;

/* What exit calls, the last first. */
static void (*at_exit[32])(void);
static int at_exit_count;

int atexit(void (*function)(void)) {
  if (at_exit_count == sizeof at_exit / sizeof at_exit[0]) return -1;
  at_exit[at_exit_count++] = function;
  return 0;
}

void _Exit(int status) { zero_exit(status); }

void exit(int status) {
  while (at_exit_count) at_exit[--at_exit_count]();
  fflush(NULL);
  _Exit(status);
}

/* The status is what shells show of a program that SIGABRT ended. */
void abort(void) {
  fflush(NULL);
  _Exit(134);
}

void __assert_failed(const char *condition, const char *file, int line) {
  fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
  abort();
}

char *getenv(const char *name) {
  (void)name;
  return NULL;
}

int system(const char *command) {
  if (command) errno = ENOSYS;
  return command ? -1 : 0;
}

int abs(int n) { return n < 0 ? -n : n; }
long labs(long n) { return n < 0 ? -n : n; }
long long llabs(long long n) { return n < 0 ? -n : n; }
div_t div(int a, int b) { return (div_t){a / b, a % b}; }
ldiv_t ldiv(long a, long b) { return (ldiv_t){a / b, a % b}; }
lldiv_t lldiv(long long a, long long b) { return (lldiv_t){a / b, a % b}; }

static unsigned long long random_state = 1;

void srand(unsigned seed) { random_state = seed; }

/* A linear congruence; the factor is Knuth's. */
int rand(void) {
  random_state = random_state * 6364136223846793005ULL + 1442695040888963407ULL;
  return (int)(random_state >> 33);
}

clock_t clock(void) { return 0; }

time_t time(time_t *result) {
  if (result) *result = 0;
  return 0;
}

double difftime(time_t end, time_t start) { return (double)end - (double)start; }

char *setlocale(int category, const char *locale) {
  (void)category;
  return !locale || !*locale || (locale[0] == 'C' && !locale[1]) ? "C" : NULL;
}

struct lconv *localeconv(void) {
  static struct lconv c = {".", ""};
  return &c;
}
