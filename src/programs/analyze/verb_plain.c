/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint-analyze plain: the file in its plain order, as makedumpfile -R would write it. */
#include "base/cleanup.h"
#include "dump/plain.h"
#include "programs/analyze/verb.h"

static bool plain_run(struct analyze *analyze, struct dint_error *err)
{
	bool cut = false;

	if (!dump_write_plain(analyze->fds[0], analyze->out.fd, &cut, err))
		return false;
	if (cut)
		buffer_add_text(analyze->out.warnings, "the file is truncated: so is what was "
						       "written\n");
	return true;
}

const struct analyze_verb analyze_plain = {
	.name = "plain",
	.summary = "the file in its plain order, as makedumpfile -R writes it",
	.unbounded = true,
	.run = plain_run,
};
