/* The frame of an exception: registers, flags and the aligned stack come back; EXC_RETURN says where to. */
#include "kit.h"
static volatile u32 link, status, before, depth;
void __attribute__((naked)) SVC_Handler(void) {
  __asm__ volatile("ldr r0, =link\n mov r1, lr\n str r1, [r0]\n mov r1, sp\n ldr r2, [r1, #28]\n ldr r0, =status\n str r2, [r0]\n"
                   "ldr r0, =depth\n str r1, [r0]\n movs r0, #0\n movs r1, #0\n movs r2, #0\n movs r3, #0\n mov r12, r0\n"
                   "cmp r0, r0\n bx lr\n .ltorg");
}
void __attribute__((naked)) Reset_Handler(void) {
  __asm__ volatile("sub sp, #4\n mov r0, sp\n ldr r1, =before\n str r0, [r1]\n"
                   "movs r0, #5\n mov r12, r0\n movs r0, #1\n movs r1, #2\n movs r2, #3\n movs r3, #4\n cmp r0, #2\n"
                   "svc 0\n"
                   "bge 1f\n add r0, r1\n add r0, r2\n add r0, r3\n add r0, r12\n"
                   "ldr r1, =before\n ldr r1, [r1]\n mov r2, sp\n cmp r1, r2\n bne 1f\n b judge\n 1: movs r0, #0\n b judge\n .ltorg");
}
void __attribute__((used)) judge(u32 sum) {
  if (sum != 15) leave(1);
  if (link != 0xfffffff9) leave(2);
  /* Negative, Thumb state, the word that aligns. */
  if ((status & 0xf1000200) != 0x81000200) leave(3);
  if (depth % 8 || before - depth != 36) leave(4);
  leave(0);
}
