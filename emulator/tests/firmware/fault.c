/* What is a fault, by the number in r0 before the program begins. */
#include "kit.h"
static volatile u32 faults;
static u32 word[2];
void HardFault_Handler(void) {
  say("fault ");
#ifdef AGAIN
  __asm__ volatile("udf 9");
#endif
  leave(40 + ipsr());
}
void Reset_Handler(void) {
#if KIND == 0
  __asm__ volatile("udf 5");
#elif KIND == 1
  __asm__ volatile("str r0, [%0]" ::"r"((char *)word + 1) : "memory");
#elif KIND == 2
  *(volatile u32 *)0x30000000 = 0;
#elif KIND == 3
  *(volatile u32 *)0x100 = 0;
#elif KIND == 4
  ((void (*)(void))0x20008001)();
#elif KIND == 5
  __asm__ volatile(".short 0xb100"); /* cbz */
#elif KIND == 6
  __asm__ volatile(".short 0xbf08"); /* it eq */
#elif KIND == 7
  __asm__ volatile("cpsid i\n svc 0");
#elif KIND == 8
  __asm__ volatile("bkpt 1");
#elif KIND == 9
  (void)REGISTER(0x40000000);
#elif KIND == 10
  __asm__ volatile("ldr r0, =0x40002000\n ldmia r0!, {r1, r2}" ::: "r0", "r1", "r2");
#elif KIND == 11
  ISER = 1; ISPR = 1; ((void (*)(void))0xfffffff9)();
#elif KIND == 12
  __asm__ volatile(".short 0xf3af, 0x8000"); /* nop.w */
#endif
  leave(0);
}
