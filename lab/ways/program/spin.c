// SPDX-License-Identifier: GPL-2.0-or-later
/* spin [CPU]: computes for ever, there or anywhere. */
#include <sched.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(argc == 2 ? atoi(argv[1]) : 0, &cpus);
	if (argc == 2 && sched_setaffinity(0, sizeof(cpus), &cpus) < 0)
		return 1;
	for (volatile unsigned long n = 0;; n++)
		;
}
