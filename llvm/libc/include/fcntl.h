/* What names the ways of opening files; there are none to open. */
#ifndef LIBC_FCNTL_H
#define LIBC_FCNTL_H
#define O_RDONLY 0
#define O_WRONLY 1
#define O_RDWR 2
#define O_CREAT 0100
#define O_EXCL 0200
#define O_TRUNC 01000
#define O_APPEND 02000
#endif
