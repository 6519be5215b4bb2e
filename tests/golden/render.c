/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Renders the report on stdin as dint report would, without the daemon's and the terminal's parts.
 */
#include "report/report.h"
#include "json/read.h"

int main(void)
{
	CLEANUP(json_decref_ptr) json_t *report = json_loadf(stdin, 0, NULL);

	if (!report)
		return 1;
	report_render_text(report, stdout, false);
	return 0;
}
