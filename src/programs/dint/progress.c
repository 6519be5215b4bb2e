/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes, rate and the time that is left. */
#include "programs/dint/progress.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "programs/dint/moment.h"
#include "programs/dint/screen.h"

#define REDRAW_US 200000
#define LINE_US	  5000000

void progress_init(struct progress *progress, const char *what)
{
	memset(progress, 0, sizeof(*progress));
	progress->what = what;
	progress->started_us = system_clock.monotonic_us(&system_clock);
	progress->shown_us = progress->started_us;
}

void progress_text(uint64_t done_bytes, uint64_t total_bytes, uint64_t elapsed_us,
		   char text[PROGRESS_TEXT])
{
	char done[TEXT_SIZE], total[TEXT_SIZE], rate[TEXT_SIZE], left[MOMENT_SECONDS];
	double seconds = elapsed_us / 1e6;
	uint64_t per_second = seconds > 0 ? (uint64_t)(done_bytes / seconds) : 0;
	int used;

	text_size(done_bytes, done);
	text_size(total_bytes, total);
	text_size(per_second, rate);
	used = snprintf(text, PROGRESS_TEXT, total_bytes ? "%s of %s" : "%s", done, total);
	if (!per_second)
		return;
	used += snprintf(text + used, PROGRESS_TEXT - used, ", %s/s", rate);
	if (total_bytes <= done_bytes)
		return;
	moment_seconds((uint64_t)((total_bytes - done_bytes) * 1e6 / per_second), left);
	snprintf(text + used, PROGRESS_TEXT - used, ", %s to go", left);
}

void progress_show(struct progress *progress, uint64_t done_bytes, uint64_t total_bytes)
{
	uint64_t now = system_clock.monotonic_us(&system_clock);
	bool terminal = screen_is_terminal(stderr);
	char text[PROGRESS_TEXT];

	if (now - progress->shown_us < (terminal ? REDRAW_US : LINE_US))
		return;
	progress->shown_us = now;
	progress_text(done_bytes, total_bytes, now - progress->started_us, text);
	fputs(terminal ? "\r\033[K" : "", stderr);
	screen_put(stderr, progress->what);
	fprintf(stderr, ": %s%s", text, terminal ? "" : "\n");
	progress->drawn = terminal;
	fflush(stderr);
}

void progress_clear(struct progress *progress)
{
	if (progress->drawn)
		fputs("\r\033[K", stderr);
	progress->drawn = false;
}
