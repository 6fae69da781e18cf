/* A program that sleeps with nothing to wake it, asks for a reset, or never ends. */
#include "kit.h"
void Reset_Handler(void) {
#ifdef RESET
  AIRCR = 0x05fa0004;
#endif
#ifdef SPIN
  for (;;) {}
#endif
  __asm__ volatile("sev\n wfe\n yield\n wfi");
  leave(5);
}
