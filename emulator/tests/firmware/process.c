/* Threads on the process stack: handlers run on the main one, and come back. */
#include "kit.h"
static u32 space[64] __attribute__((aligned(8)));
static volatile u32 link, main_stack, process_stack;
void __attribute__((naked)) SVC_Handler(void) {
  __asm__ volatile("ldr r0, =link\n mov r1, lr\n str r1, [r0]\n mrs r1, psp\n ldr r0, =process_stack\n str r1, [r0]\n"
                   "mov r1, sp\n ldr r0, =main_stack\n str r1, [r0]\n bx lr\n .ltorg");
}
void Reset_Handler(void) {
  u32 control, behind;
  __asm__ volatile("msr psp, %2\n movs r0, #2\n msr control, r0\n isb\n svc 0\n mrs %0, control\n"
                   "movs r0, #0\n msr control, r0\n isb\n mrs %1, control"
                   : "=&r"(control), "=&r"(behind) : "r"(space + 64) : "r0", "memory");
  if (control != 2 || behind) leave(1);
  if (link != 0xfffffffd) leave(2);
  if (process_stack != (u32)(space + 64) - 32) leave(3);
  if (main_stack <= 0x20003000) leave(4);
  leave(0);
}
