// SPDX-License-Identifier: GPL-2.0-or-later
/* write FILE: writes 64 KiB and has them synced, again and again, in a file of 1 MiB. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_BYTES 65536
#define BLOCKS	    16

int main(int argc, char **argv)
{
	static char block[BLOCK_BYTES];
	int file = argc == 2 ? open(argv[1], O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : -1;

	for (unsigned int n = 0; file >= 0; n++) {
		memset(block, (int)n, sizeof(block));
		if (pwrite(file, block, sizeof(block), (off_t)(n % BLOCKS) * BLOCK_BYTES) < 0)
			return 1;
		fsync(file);
		usleep(20000);
	}
	return 1;
}
