/* There is no clock: every time is 0. */
#ifndef LIBC_TIME_H
#define LIBC_TIME_H
#include <stddef.h>

#define CLOCKS_PER_SEC 1000000
typedef long clock_t;
typedef long time_t;
clock_t clock(void);
time_t time(time_t *result);
double difftime(time_t end, time_t start);
#endif
