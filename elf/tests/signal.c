/* Traps behind each instruction of the functions that it calls; ends with the number of the call that went wrong. */
#define _GNU_SOURCE
#include <execinfo.h>
#include <signal.h>
#include <stdio.h>
#include <ucontext.h>

long slot_below(long), spills_below(const long *), tail_below(long);

/* What `calls_c` of the object calls. */
long sum(int count, ...) { return count; }
int each(int (*f)(int), int n) { return f(n); }

static void *function;        /* whose instructions count */
static void *back;            /* where it returns to, while it runs */
static volatile int steps, wrong;

static void handle(int signal, siginfo_t *info, void *context) {
    volatile unsigned char junk[4096];
    for (unsigned i = 0; i < sizeof junk; i++) junk[i] = 0xa5;
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    void *at = (void *)registers[REG_RIP];
    if (at == back) back = 0;
    if (at == function && !back) back = *(void **)registers[REG_RSP];
    if (!back) return;
    steps++;
    void *found[8];
    int count = backtrace(found, 8);
    /* This function, what ends a signal, the instruction, its caller. */
    if (count < 5 || found[2] != at || found[3] != back) wrong++;
}

__attribute__((noinline)) static long traced(long (*f)(long), long argument) {
    function = f;
    steps = wrong = 0;
    __asm__ volatile("pushfq\n orq $256, (%%rsp)\n popfq" ::: "memory", "cc");
    long result = f(argument);
    __asm__ volatile("pushfq\n andq $-257, (%%rsp)\n popfq" ::: "memory", "cc");
    printf("%d\n", steps);
    return wrong || back ? -1 : result;
}

int main(void) {
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO};
    void *found[1];
    long numbers[20];
    backtrace(found, 1);
    sigaction(SIGTRAP, &action, 0);
    for (int i = 0; i < 20; i++) numbers[i] = i + 1;
    if (traced(slot_below, 3) != 52) return 1;
    if (traced((long (*)(long))spills_below, (long)numbers) != 210) return 2;
    if (traced(tail_below, 3) != 60) return 3;
    return 0;
}
