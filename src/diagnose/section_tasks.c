/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report's "tasks": how many there are in each state. section_blocked has counted them. */
#include "diagnose/report_internal.h"

void section_tasks(struct report *report, struct json_writer *w)
{
	const struct task_counts *counts = &report->tasks;

	if (!report->has_rows) {
		json_put_null(w, "tasks");
		gaps_add(&report->gaps, "tasks", "%s", report->why_no_rows);
		return;
	}
	json_open_object(w, "tasks");
	json_put_u64(w, "total", counts->total);
	json_put_u64(w, "kernel", counts->kernel);
	json_put_u64(w, "idle", counts->idle);
	json_open_object(w, "by_state");
	for (unsigned letter = 'A'; letter < TASK_LETTERS; letter++)
		if (counts->by_letter[letter])
			json_put_u64(w, (const char[]){(char)letter, '\0'},
				     counts->by_letter[letter]);
	json_close(w);
	json_close(w);
	if (tasks_gap(report->rows.tasks)->code)
		gaps_add(&report->gaps, "tasks", "%s", tasks_gap(report->rows.tasks)->message);
}
