/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guest/facts.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "base/sha256.h"

/* Of a fact only the first bytes count, and only those are asked for: reading a sysctl allocates
 * and clears as many bytes in the kernel as the reader has room for (Linux fs/proc/proc_sysctl.c,
 * proc_sys_call_handler), and 64 KiB in one piece took 50 to 800 ms in a small guest that booted.
 */
#define FACT_BYTES 256

void guest_path(const struct guest_options *options, const char *path, char full[GUEST_PATH_MAX])
{
	snprintf(full, GUEST_PATH_MAX, "%s%s", options->root, path);
}

static bool fact(const struct guest_options *options, const char *path, char text[FACT_BYTES])
{
	char full[GUEST_PATH_MAX];
	CLEANUP(close_fd) int fd = -1;
	ssize_t n;

	guest_path(options, path, full);
	fd = open(full, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, FACT_BYTES - 1);
	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

bool guest_fact_text(const struct guest_options *options, const char *path, char *text, size_t n)
{
	char content[FACT_BYTES];

	if (!fact(options, path, content))
		return false;
	content[strcspn(content, "\n")] = '\0';
	snprintf(text, n, "%s", content);
	return true;
}

bool guest_fact_number(const struct guest_options *options, const char *path, uint64_t *value)
{
	char text[FACT_BYTES];
	uint64_t number;

	if (!fact(options, path, text) || !isdigit((unsigned char)*text))
		return false;
	errno = 0;
	number = strtoull(text, NULL, 10);
	if (errno)
		return false;
	*value = number;
	return true;
}

uint64_t guest_fact_memory(const struct guest_options *options)
{
	unsigned long long kib = 0;
	char text[FACT_BYTES];

	if (!fact(options, "/proc/meminfo", text))
		return 0;
	return sscanf(text, "MemTotal: %llu kB", &kib) == 1 ? kib * 1024 : 0;
}

void guest_fact_boot_id(const struct guest_options *options, uint8_t id[16])
{
	char text[64];
	unsigned digits = 0;

	memset(id, 0, 16);
	if (!guest_fact_text(options, "/proc/sys/kernel/random/boot_id", text, sizeof(text)))
		return;
	for (const char *at = text; *at && digits < 32; at++) {
		static const char hex[] = "0123456789abcdef";
		const char *digit = strchr(hex, *at);

		if (digit)
			id[digits / 2] |= (digit - hex) << (digits % 2 ? 0 : 4);
		digits += digit != NULL;
	}
}

void guest_fact_unique(const struct guest_options *options, void *bytes, size_t n)
{
	struct {
		uint8_t boot_id[16];
		uint64_t wall_us, monotonic_us;
		pid_t pid;
	} seed = {.pid = getpid()};
	uint8_t sum[SHA256_BYTES];
	struct sha256 hash;

	if (getrandom(bytes, n, GRND_NONBLOCK) == (ssize_t)n)
		return;
	guest_fact_boot_id(options, seed.boot_id);
	seed.wall_us = options->clock->wall_us(options->clock);
	seed.monotonic_us = options->clock->monotonic_us(options->clock);
	sha256_init(&hash);
	sha256_add(&hash, &seed, sizeof(seed));
	sha256_end(&hash, sum);
	memcpy(bytes, sum, n < sizeof(sum) ? n : sizeof(sum));
}
