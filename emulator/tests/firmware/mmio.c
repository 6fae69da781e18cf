/* A loop that reads and writes a device, with an interrupt handler that uses another register. */
#include "kit.h"
#define DEVICE REGISTER(0x40000000)
#define OTHER REGISTER(0x40000100)
static volatile u32 interrupts;
void IRQ0(void) { OTHER = OTHER + 1; interrupts++; }
static u32 __attribute__((noinline)) step(u32 value, u32 round) { return value + round; }
void Reset_Handler(void) {
  interrupts = 0;
  DEVICE = 3;
  for (u32 round = 0; round < 4; round++) {
    u32 value = DEVICE;
    DEVICE = step(value, round);
  }
  leave(DEVICE);
}
