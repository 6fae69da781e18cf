/* Priorities: a handler is interrupted by one of higher priority, not by one of the same; what is left comes behind it. */
#include "kit.h"
void IRQ0(void) { say("<0"); ISPR = 1 << 1; ISPR = 1 << 2; say("0>"); }
void IRQ1(void) { say("<1>"); }
void IRQ2(void) { say("<2"); ISPR = 1 << 3; say("2>"); }
void IRQ3(void) { say("<3>"); }
void PendSV_Handler(void) { say("<P>"); }
void SVC_Handler(void) { say("<S"); ICSR = 1 << 28; say("S>"); }
void NMI_Handler(void) { say("<N>"); }
void Reset_Handler(void) {
  /* 0: 0x80, 1: 0x80, 2: 0x40, 3: 0; PendSV lowest, SVC 0x40. */
  IPR(0) = 0x00408080;
  SHPR3 = 0xc0 << 16;
  SHPR2 = 0x40u << 24;
  ISER = 15;
  say("a");
  ISPR = 1 << 0;
  say("b");
  __asm__ volatile("svc 7");
  say("c");
  __asm__ volatile("cpsid i");
  ISPR = 3;
  ICSR = 1u << 31;
  say("d");
  __asm__ volatile("cpsie i");
  say("e");
  leave(3);
}
