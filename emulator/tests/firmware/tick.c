/* The timer's exception, sleep, and registers that handlers must give back. */
#include "kit.h"
static volatile u32 ticks;
void SysTick_Handler(void) { ticks++; }
void Reset_Handler(void) {
  ticks = 0;
  RVR = 999;
  CVR = 0;
  CSR = 7;
  while (ticks < 5) __asm__ volatile("wfi");
  /* No sleep: the count of a loop that runs until the next tick. */
  u32 now = ticks, rounds = 0;
  while (ticks == now) rounds++;
  leave(rounds);
}
