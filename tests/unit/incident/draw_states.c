/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints ARCHITECTURE.md's drawing of an incident's life, and the table under it, from the table in
 * incident/states.c. */
#include <stdio.h>

#include "incident/states.h"

/* Calls draw once for each move: the events of a state that lead to the same next state with the
 * same action, as a list "a, b". Cells in which nothing happens are no move. */
static void each_move(enum incident_state state,
		      void (*draw)(enum incident_state state, struct transition cell,
				   const char *events))
{
	bool drawn[EVENTS] = {0};

	for (enum incident_event e = EVENT_NONE + 1; e < EVENTS; e++) {
		struct transition cell = state_transition(state, e);
		char events[512] = "";
		size_t used = 0;

		if (drawn[e] || (cell.next == state && cell.action == ACTION_NONE))
			continue;
		for (enum incident_event same = e; same < EVENTS; same++) {
			struct transition other = state_transition(state, same);

			if (other.next != cell.next || other.action != cell.action)
				continue;
			used += snprintf(events + used, sizeof(events) - used, "%s%s",
					 same == e ? "" : ", ", event_name(same));
			drawn[same] = true;
		}
		draw(state, cell, events);
	}
}

static void draw_arrow(enum incident_state state, struct transition cell, const char *events)
{
	if (cell.next != state && !state_ends(state))
		printf("    s%d --> s%d: %s\n", state, cell.next, events);
}

static void draw_row(enum incident_state state, struct transition cell, const char *events)
{
	printf("| `%s` | %s | ", state_name(state), events);
	if (cell.next == state)
		printf("stays");
	else
		printf("`%s`%s", state_name(cell.next), state_ends(cell.next) ? " (end)" : "");
	printf(" | %s |\n", cell.action == ACTION_NONE ? "" : action_name(cell.action));
}

static void draw_diagram(void)
{
	puts("```mermaid\nstateDiagram-v2");
	for (enum incident_state state = STATE_NONE + 1; state < STATES; state++)
		printf("    state \"%s\" as s%d\n", state_name(state), state);
	printf("    [*] --> s%d: send\n", STATE_REQUESTED);
	for (enum incident_state state = STATE_NONE + 1; state < STATES; state++) {
		each_move(state, draw_arrow);
		if (state_ends(state))
			printf("    s%d --> [*]\n", state);
	}
	puts("```\n");
}

int main(void)
{
	draw_diagram();
	puts("| state | events | next | action |\n| --- | --- | --- | --- |");
	for (enum incident_state state = STATE_NONE; state < STATES; state++)
		each_move(state, draw_row);
	return 0;
}
