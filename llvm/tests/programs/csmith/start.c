/* Where a generated program starts natively. */
#include <zero.h>

int main(void);

void _start(void) { zero_exit(main()); }
