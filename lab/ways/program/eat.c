// SPDX-License-Identifier: GPL-2.0-or-later
/* eat ADJUSTMENT: takes all the memory that it gets; ADJUSTMENT is its oom_score_adj. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BITE_BYTES (1u << 20)

int main(int argc, char **argv)
{
	int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (argc != 2 || write(file, argv[1], strlen(argv[1])) < 0)
		return 1;
	for (;;) {
		char *bite = mmap(NULL, BITE_BYTES, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (bite == MAP_FAILED)
			usleep(1000);
		else
			memset(bite, 0x5e, BITE_BYTES);
	}
}
