// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tasks STATE: each task in a state, in one process: a shell's dozens of them cost seconds in a
 * slow guest.
 *
 *   @PID SWITCHES COMM            SWITCHES: voluntary+involuntary context switches
 *   /proc/PID/stack, as it is
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES 8192

/* The text of /proc/PID/NAME; empty when the task has gone. */
static const char *text_of(const char *pid, const char *name, char text[FILE_BYTES])
{
	char path[300];
	FILE *file;
	size_t n = 0;

	snprintf(path, sizeof(path), "/proc/%s/%s", pid, name);
	file = fopen(path, "re");
	if (file) {
		n = fread(text, 1, FILE_BYTES - 1, file);
		fclose(file);
	}
	text[n] = 0;
	return text;
}

static unsigned long count_of(const char *status, const char *field)
{
	const char *at = strstr(status, field);

	return at ? strtoul(at + strlen(field), NULL, 10) : 0;
}

static void show(const char *pid, char state)
{
	char stat[FILE_BYTES], text[FILE_BYTES];
	char *name = strchr(text_of(pid, "stat", stat) ? stat : "", '('), *end = strrchr(stat, ')');

	if (!name || !end || end[1] != ' ' || end[2] != state)
		return;
	*end = 0;
	text_of(pid, "status", text);
	printf("@%s %lu+%lu %s\n", pid, count_of(text, "\nvoluntary_ctxt_switches:"),
	       count_of(text, "\nnonvoluntary_ctxt_switches:"), name + 1);
	fputs(text_of(pid, "stack", text), stdout);
}

int main(int argc, char **argv)
{
	DIR *proc = opendir("/proc");

	if (argc != 2 || !proc)
		return 1;
	for (struct dirent *entry; (entry = readdir(proc)) != NULL;) {
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			show(entry->d_name, argv[1][0]);
	}
	return 0;
}
