/* Functions to be called one by one. */
#include "kit.h"
static u32 counter = 7, zero;
u32 add(u32 a, u32 b) { return a + b; }
u32 count(u32 a) { counter += a; zero += a; return counter + zero - a; }
void speak(void) { say("hello"); }
void trap(void) { __asm__ volatile("udf 5"); }
u32 wild(u32 *where) { return *where; }
void quit(void) { leave(9); }
void spin(void) { for (;;) {} }
void HardFault_Handler(void) { leave(77); }
void Reset_Handler(void) { leave(0); }
