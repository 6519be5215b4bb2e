/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stage that is over gets its line, with its seconds. On a terminal the running one stands below,
 * redrawn every second; elsewhere a stage gets its line when it begins.
 */
#include "programs/dint/follow.h"

#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "programs/dint/moment.h"
#include "programs/dint/progress.h"
#include "programs/dint/screen.h"
#include "programs/exits.h"
#include "json/json.h"

#define WAIT_TERMINAL_MS  1000 /* so that the seconds can be redrawn */
#define WAIT_ELSEWHERE_MS 5000
#define LINE_US		  5000000 /* elsewhere, between two lines about a transfer */
#define PAUSE_MS	  200	  /* a transfer that moves fast is not worth more questions */
#define STAGE_WIDTH	  20

struct follow {
	bool terminal;
	size_t seen;		    /* stages in dintd's last answer */
	size_t shown;		    /* stages that have their line */
	uint64_t transfer_start_us; /* monotonic; 0: nothing moves */
	uint64_t line_us;	    /* of the last line about the transfer */
};

static void put_stage(const json_t *stage, enum paint paint)
{
	const char *state = json_find_string(stage, "state");
	size_t width = state ? strlen(state) : 1;

	fputs("  ", stderr);
	screen_paint(stderr, paint, state);
	fprintf(stderr, "%*s", width < STAGE_WIDTH ? (int)(STAGE_WIDTH - width) : 1, "");
}

/* From the stage's start to the next one's, or until now. */
static void put_seconds(const json_t *stage, const json_t *next)
{
	uint64_t from, to;
	char text[MOMENT_SECONDS] = "?";

	if (!next)
		to = system_clock.wall_us(&system_clock);
	else if (!moment_parse(json_find_string(next, "at"), &to))
		to = 0;
	if (moment_parse(json_find_string(stage, "at"), &from) && to >= from)
		moment_seconds(to - from, text);
	fprintf(stderr, "%12s", text);
}

static void put_cause(const json_t *stage)
{
	const char *cause = json_find_string(stage, "cause");

	if (cause && *cause) {
		fputs("  ", stderr);
		screen_put(stderr, cause);
	}
	fputc('\n', stderr);
}

/* "receiving: 34.0 MiB of 75.4 MiB, …", without an end of line. */
static void put_progress(struct follow *follow, const json_t *incident)
{
	const json_t *progress = json_find_object(incident, "progress");
	uint64_t now = system_clock.monotonic_us(&system_clock);
	char text[PROGRESS_TEXT];

	if (!progress) {
		follow->transfer_start_us = 0;
		return;
	}
	if (!follow->transfer_start_us)
		follow->transfer_start_us = now;
	progress_text(json_find_u64(progress, "done", 0), json_find_u64(progress, "total", 0),
		      now - follow->transfer_start_us, text);
	fputs("  ", stderr);
	screen_put(stderr, json_find_string(progress, "what"));
	fprintf(stderr, ": %s", text);
}

static void draw_terminal(struct follow *follow, const json_t *incident, const json_t *history)
{
	bool ended = json_find_bool(incident, "ended", false);
	size_t n = follow->seen;

	fputs("\r\033[K", stderr);
	for (; follow->shown < n && (ended || follow->shown + 1 < n); follow->shown++) {
		const json_t *stage = json_array_get(history, follow->shown);
		const json_t *next = json_array_get(history, follow->shown + 1);

		put_stage(stage, next ? PAINT_GOOD : PAINT_BOLD);
		if (next)
			put_seconds(stage, next);
		else
			fprintf(stderr, "%12s", "");
		put_cause(stage);
	}
	if (!ended && n) {
		put_stage(json_array_get(history, n - 1), PAINT_BOLD);
		put_seconds(json_array_get(history, n - 1), NULL);
		put_progress(follow, incident);
	}
	fflush(stderr);
}

static void draw_lines(struct follow *follow, const json_t *incident, const json_t *history)
{
	uint64_t now = system_clock.monotonic_us(&system_clock);

	if (follow->shown == follow->seen && json_find_object(incident, "progress") &&
	    now - follow->line_us >= LINE_US) {
		follow->line_us = now;
		put_progress(follow, incident);
		fputc('\n', stderr);
	}
	for (; follow->shown < follow->seen; follow->shown++) {
		const json_t *stage = json_array_get(history, follow->shown);

		put_stage(stage, PAINT_NONE);
		put_seconds(json_array_get(history, 0), stage);
		put_cause(stage);
	}
}

static void draw(struct follow *follow, const json_t *incident)
{
	const json_t *history = json_find_array(incident, "history");
	bool news = json_array_size(history) != follow->seen;

	follow->seen = json_array_size(history);
	if (follow->terminal)
		draw_terminal(follow, incident, history);
	else
		draw_lines(follow, incident, history);
	if (!news && !json_find_bool(incident, "ended", false))
		poll(NULL, 0, PAUSE_MS);
}

bool follow_incident(struct client *client, const char *id, uint64_t patience_ms, json_t **incident,
		     struct dint_error *err)
{
	struct follow follow = {.terminal = screen_is_terminal(stderr)};
	int wait_ms = follow.terminal ? WAIT_TERMINAL_MS : WAIT_ELSEWHERE_MS;

	for (;;) {
		CLEANUP(json_decref_ptr) json_t *answer = NULL;
		json_t *args = json_pack("{s:s, s:i, s:i}", "id", id, "after", (int)follow.seen,
					 "wait_ms", wait_ms);

		if (!client_call_patiently(client, "incident", args, patience_ms, &answer, err)) {
			fputs(follow.terminal ? "\n" : "", stderr);
			return dint_within(err, "unwatched from here on (dint incident %.40s)", id);
		}
		draw(&follow, answer);
		if (json_find_bool(answer, "ended", false)) {
			*incident = TAKE(answer);
			return true;
		}
	}
}

int follow_status(const json_t *incident)
{
	const char *state = json_find_string(incident, "state");

	if (state && !strcmp(state, "analysed"))
		return 0;
	return state && !strcmp(state, "captured-unreadable") ? EXIT_DATA : EXIT_NOT_ANALYSED;
}
