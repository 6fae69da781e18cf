/* Jumps out of functions have no form in native IR: who calls these is told so by the compiler. */
#ifndef LIBC_SETJMP_H
#define LIBC_SETJMP_H
typedef int jmp_buf[1];
#define __NO_JUMPS __attribute__((unavailable("native IR has no jumps out of functions")))
int setjmp(jmp_buf place) __NO_JUMPS;
void longjmp(jmp_buf place, int value) __NO_JUMPS;
#endif
