/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/units.h"
#include "dump/notes.h"

static void add_note(struct buffer *to, const char *name, uint32_t name_size, uint32_t size,
		     const char *content)
{
	buffer_add_u32(to, name_size);
	buffer_add_u32(to, size);
	buffer_add_u32(to, 7);
	buffer_add(to, name, name_size);
	while (to->size % 4)
		buffer_add_u8(to, 0);
	buffer_add_text(to, content);
	while (to->size % 4)
		buffer_add_u8(to, 0);
}

static const struct {
	const char *name;
	const char *note;
	uint32_t name_size, size;
	const char *content;
	size_t cut; /* bytes taken off the end */
	bool found;
	uint32_t want;
} cases[] = {
	{"padded name and content", "CORE", 5, 6, "abcdef", 0, true, 6},
	{"no content", "CORE", 5, 0, "", 0, true, 0},
	{"content cut short", "CORE", 5, 8, "abcdefgh", 3, true, 5},
	{"a name that never ends", "CORE", 5, 4, "abcd", 8, false, 0},
	{"no name", "", 0, 4, "abcd", 0, false, 0},
};

static void notes_are_walked_to_where_they_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(buffer_done) struct buffer bytes = {0};
		struct note note = {0};

		add_note(&bytes, cases[i].note, cases[i].name_size, cases[i].size,
			 cases[i].content);
		struct cursor c = cursor_over(bytes.bytes, bytes.size - cases[i].cut);

		assert_int_equal(note_next(&c, &note), cases[i].found);
		if (cases[i].found) {
			assert_string_equal(note.name, cases[i].note);
			assert_int_equal(note.type, 7);
			assert_int_equal(note.size, cases[i].want);
			assert_memory_equal(note.content, cases[i].content, cases[i].want);
		}
		assert_false(note_next(&c, &note));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(notes_are_walked_to_where_they_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
