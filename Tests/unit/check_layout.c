/* Its other source asserts the binary interface at compile time; that it was
   compiled is the test. */
#include <stdio.h>

int
main(void)
{
    puts("1..1\nok 1 - layouts and constants are those of CPython 3.11");
    return 0;
}
