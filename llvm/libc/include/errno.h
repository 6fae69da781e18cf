/* errno: one variable, as there are no threads. The numbers are those of Linux. */
#ifndef LIBC_ERRNO_H
#define LIBC_ERRNO_H
extern int errno;
#define ENOENT 2
#define EIO 5
#define EBADF 9
#define ENOMEM 12
#define EINVAL 22
#define EDOM 33
#define ERANGE 34
#define ENOSYS 38
#endif
