/* assert: a condition that does not hold is named on the error output, and the program ends. */
#undef assert
#ifdef NDEBUG
#define assert(condition) ((void)0)
#else
#define assert(condition) ((condition) ? (void)0 : __assert_failed(#condition, __FILE__, __LINE__))
#endif
#ifndef LIBC_ASSERT_H
#define LIBC_ASSERT_H
#define static_assert _Static_assert
_Noreturn void __assert_failed(const char *condition, const char *file, int line);
#endif
