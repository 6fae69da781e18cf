/* The runtime on Linux, by system calls alone: the same program, compiled by clang, is what the VM is compared with.
   x86-64, and i386 for programs that are compared with 32-bit firmware. */
#include <stdint.h>
#include <zero.h>

#ifdef __x86_64__
static long call6(long number, long a, long b, long c, long d, long e, long f) {
  register long r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}
static long call(long number, long a, long b, long c) { return call6(number, a, b, c, 0, 0, 0); }
enum { READ = 0, WRITE = 1, MAP = 9, EXIT = 60 };
static long map(size_t size) { return call6(MAP, 0, (long)size, 3, 0x22, -1, 0); }
__asm__(".globl host_start\nhost_start:\n mov %rsp, %rdi\n and $-16, %rsp\n call host_main\n");
#else
static long call(long number, long a, long b, long c) {
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
  return result;
}
enum { READ = 3, WRITE = 4, MAP = 90, EXIT = 1 };
static long map(size_t size) {
  long parameters[6] = {0, (long)size, 3, 0x22, -1, 0};
  return call(MAP, (long)parameters, 0, 0);
}
__asm__(".globl host_start\nhost_start:\n mov %esp, %eax\n and $-16, %esp\n sub $12, %esp\n push %eax\n call host_main\n");
#endif

static size_t argument_count;
static char **arguments;

size_t zero_write(int descriptor, const void *bytes, size_t count) {
  long written = call(WRITE, descriptor, (long)bytes, (long)count);
  return written < 0 ? (size_t)-1 : (size_t)written;
}

size_t zero_read(int descriptor, void *bytes, size_t count) {
  long read = call(READ, descriptor, (long)bytes, (long)count);
  return read < 0 ? (size_t)-1 : (size_t)read;
}

_Noreturn void zero_exit(int status) {
  for (;;) call(EXIT, status & 255, 0, 0);
}

/* Blocks are as long as powers of two; those that were given back hang in a list each. */
static char *memory, *memory_end;
static void *lists[8 * sizeof(size_t)];

static int class_of(size_t size, size_t align) {
  int class = 4;
  while (class < (int)(8 * sizeof size) - 1 && (((size_t)1 << class) < size || ((size_t)1 << class) < align)) class++;
  return class;
}

void *zero_alloc(size_t size, size_t align) {
  int class = class_of(size, align);
  size_t length = (size_t)1 << class;
  void *block = lists[class];
  if (!align || align & (align - 1) || length < size) return NULL;
  if (block) {
    lists[class] = *(void **)block;
    return block;
  }
  uintptr_t at = ((uintptr_t)memory + length - 1) & ~(uintptr_t)(length - 1);
  if ((uintptr_t)memory_end < at || (uintptr_t)memory_end - at < length) return NULL;
  memory = (char *)at + length;
  return (void *)at;
}

void zero_free(void *block, size_t size, size_t align) {
  int class = class_of(size, align);
  if (!block) return;
  *(void **)block = lists[class];
  lists[class] = block;
}

size_t zero_argument_count(void) { return argument_count; }

const char *zero_argument_pointer(size_t index) { return index < argument_count ? arguments[index] : NULL; }

size_t zero_argument_length(size_t index) {
  size_t length = 0;
  if (index < argument_count)
    while (arguments[index][length]) length++;
  return length;
}

void *memcpy(void *restrict to, const void *restrict from, size_t count) {
  void *at = to;
  __asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(count) : : "memory");
  return to;
}

void *memset(void *to, int byte, size_t count) {
  void *at = to;
  __asm__ volatile("rep stosb" : "+D"(at), "+c"(count) : "a"(byte) : "memory");
  return to;
}

void *memmove(void *to, const void *from, size_t count) {
  if ((uintptr_t)to - (uintptr_t)from >= count) return memcpy(to, from, count);
  for (char *at = to; count--;) at[count] = ((const char *)from)[count];
  return to;
}

void _start(void);

/* What Linux puts on the stack: the number of arguments, then pointers to them, the program's name first. */
__attribute__((used)) void host_main(long *stack) {
  size_t size = (size_t)512 << 20;
  long mapped = map(size);
  argument_count = (size_t)stack[0] - 1;
  arguments = (char **)(stack + 2);
  if ((unsigned long)mapped < -4095UL) memory = (char *)mapped, memory_end = memory + size;
  _start();
  zero_exit(0);
}
