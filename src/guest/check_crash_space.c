/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/text.h"
#include "base/units.h"
#include "guest/check.h"
#include "guest/facts.h"

/* A filtered dump holds kernel and slab memory: often 2 to 10 % of all, and hardly less than this.
 */
#define LEAST_BYTES (64 * MIB)

static void crash_space_look(const struct guest_options *options, struct channel_check *out)
{
	const char *folder = options->crash_directory;
	uint64_t tenth = guest_fact_memory(options) / 10;
	char free_text[TEXT_SIZE], tenth_text[TEXT_SIZE];
	struct statvfs space;

	if (statvfs(folder, &space) < 0) {
		guest_check_say(out, CHANNEL_CHECK_WARNING, "%s: %s", folder, strerror(errno));
		return;
	}
	out->value = (uint64_t)space.f_bavail * space.f_frsize;
	text_size(out->value, free_text);
	text_size(tenth, tenth_text);
	if (space.f_flag & ST_RDONLY)
		guest_check_say(out, CHANNEL_CHECK_FAILED, "%s is read-only", folder);
	else if (out->value < LEAST_BYTES)
		guest_check_say(out, CHANNEL_CHECK_FAILED, "%s free in %s: no dump fits", free_text,
				folder);
	else if (out->value < tenth)
		guest_check_say(out, CHANNEL_CHECK_WARNING,
				"%s free in %s, less than a tenth of memory (%s): a dump may not "
				"fit",
				free_text, folder, tenth_text);
	else
		guest_check_say(out, CHANNEL_CHECK_OK, "%s free in %s", free_text, folder);
}

const struct guest_check check_crash_space = {
	.name = "crash_space",
	.summary = "the crash directory has room for a dump",
	.look = crash_space_look,
};
