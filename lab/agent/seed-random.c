// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads a seed from stdin and makes the kernel's random numbers depend on it from now on: machines
 * that were restored from one saved state would otherwise draw the same boot id and the same
 * nonces.
 */
#include <fcntl.h>
#include <linux/random.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define SEED_BYTES 64

int main(void)
{
	struct {
		struct rand_pool_info info;
		char bytes[SEED_BYTES];
	} seed = {.info = {.entropy_count = SEED_BYTES * 8, .buf_size = SEED_BYTES}};
	int fd = open("/dev/urandom", O_RDWR | O_CLOEXEC);

	if (fd < 0 || read(0, seed.info.buf, SEED_BYTES) != SEED_BYTES) {
		fputs("seed-random: no seed\n", stderr);
		return 1;
	}
	if (ioctl(fd, RNDADDENTROPY, &seed) < 0 || ioctl(fd, RNDRESEEDCRNG) < 0) {
		perror("seed-random");
		return 1;
	}
	return 0;
}
