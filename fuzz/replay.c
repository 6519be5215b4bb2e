/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Feeds a fuzz target every file of its corpus, so that what a fuzzer once found stays mended. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/io.h"

#define CORPUS_FILE_BYTES 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool replay(const char *folder, const char *name)
{
	CLEANUP(buffer_done) struct buffer content = {0};
	struct dint_error err;
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (!io_read_file(path, CORPUS_FILE_BYTES, &content, &err)) {
		fprintf(stderr, "%s\n", err.message);
		return false;
	}
	LLVMFuzzerTestOneInput(content.bytes, content.size);
	return true;
}

int main(int argc, char **argv)
{
	DIR *folder = opendir(argc > 1 ? argv[1] : ".");
	unsigned files = 0;

	if (!folder) {
		perror(argv[1]);
		return 1;
	}
	for (struct dirent *entry; (entry = readdir(folder));) {
		if (entry->d_name[0] == '.')
			continue;
		if (!replay(argv[1], entry->d_name))
			return 1;
		files++;
	}
	closedir(folder);
	printf("%u files replayed\n", files);
	return files ? 0 : 1;
}
