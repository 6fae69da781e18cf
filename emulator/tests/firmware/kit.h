/* What the programs of these tests share: registers, semihosting, a trace of what happened when. */
typedef unsigned int u32;
#define REGISTER(address) (*(volatile u32 *)(address))
#define CSR REGISTER(0xe000e010)
#define RVR REGISTER(0xe000e014)
#define CVR REGISTER(0xe000e018)
#define ISER REGISTER(0xe000e100)
#define ISPR REGISTER(0xe000e200)
#define IPR(n) REGISTER(0xe000e400 + 4 * (n))
#define ICSR REGISTER(0xe000ed04)
#define AIRCR REGISTER(0xe000ed0c)
#define SCR REGISTER(0xe000ed10)
#define SHPR2 REGISTER(0xe000ed1c)
#define SHPR3 REGISTER(0xe000ed20)

static inline u32 semihost(u32 number, u32 argument) {
  register u32 r0 __asm__("r0") = number;
  register u32 r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}
static inline void __attribute__((noreturn)) leave(u32 status) {
  u32 block[2] = {0x20026, status};
  semihost(0x20, (u32)block);
  for (;;) {}
}
static inline void say(const char *text) { semihost(4, (u32)text); }
static inline void say_char(char c) { semihost(3, (u32)&c); }
static inline u32 ipsr(void) { u32 v; __asm__ volatile("mrs %0, ipsr" : "=r"(v)); return v; }

extern u32 stack_top[];
void Reset_Handler(void);
/* A handler that a program lacks is at address 0, where coming to it is a fault. */
#define HANDLER(name) void name(void) __attribute__((weak))
HANDLER(NMI_Handler); HANDLER(HardFault_Handler); HANDLER(SVC_Handler); HANDLER(PendSV_Handler); HANDLER(SysTick_Handler);
HANDLER(IRQ0); HANDLER(IRQ1); HANDLER(IRQ2); HANDLER(IRQ3);
__attribute__((section(".vectors"), used)) const void *const vectors[20] = {
  stack_top, Reset_Handler, NMI_Handler, HardFault_Handler, 0, 0, 0, 0, 0, 0, 0, SVC_Handler, 0, 0, PendSV_Handler,
  SysTick_Handler, IRQ0, IRQ1, IRQ2, IRQ3,
};
