/* There are no signals; programs that are written for them find the type of their flags. */
#ifndef LIBC_SIGNAL_H
#define LIBC_SIGNAL_H
typedef int sig_atomic_t;
#endif
