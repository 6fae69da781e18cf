/* Where a hosted program starts: main gets the runtime's arguments, and its result is the exit status. */
#include <stdlib.h>
#include <zero.h>

int main(int argc, char **argv);

void _start(void) {
  size_t count = zero_argument_count();
  /* No argument of the runtime is the program's name. */
  char **argv = malloc((count + 2) * sizeof *argv);
  if (!argv) abort();
  argv[0] = "program";
  for (size_t i = 0; i < count; i++) argv[i + 1] = (char *)zero_argument_pointer(i);
  argv[count + 1] = NULL;
  exit(main((int)count + 1, argv));
}
