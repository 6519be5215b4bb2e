/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "../store/folder.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "ec2/tags.h"

static const struct config_machine machine = {.name = (char *)(uintptr_t) "web1"};

struct bench {
	char folder[FOLDER_BYTES], state_dir[FOLDER_BYTES];
	struct store *store;
	struct tags *tags;
	struct watch watch;
};

static int setup(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));
	struct dint_error err;

	folder_make(b->folder, b->state_dir);
	assert_works(store_open(b->state_dir, &b->store, &err), &err);
	assert_works(tags_open(b->store, &b->tags, &err), &err);
	b->watch.config = &machine;
	snprintf(b->watch.instance_id, INSTANCE_ID, "i-5");
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	tags_close(b->tags);
	store_close(b->store);
	folder_remove(b->folder);
	free(b);
	return 0;
}

/* "key=value key=value" */
static const char *all(const struct bench *b, struct buffer *to)
{
	struct tag tag;

	buffer_clear(to);
	for (size_t n = 0; tags_item(b->tags, &b->watch, n, &tag); n++)
		buffer_printf(to, "%s%s=%s", n ? " " : "", tag.key, tag.value);
	return buffer_text(to);
}

static void a_machine_has_its_name(void **state)
{
	struct bench *b = *state;
	CLEANUP(buffer_done) struct buffer text = {0};

	assert_string_equal(all(b, &text), "Name=web1");
	assert_string_equal(tags_value(b->tags, &b->watch, "Name"), "web1");
	assert_null(tags_value(b->tags, &b->watch, "name"));
	assert_int_equal(tags_count(b->tags, &b->watch), 0);
	tags_set(b->tags, "i-5", "Name", "Bertha");
	assert_string_equal(all(b, &text), "Name=Bertha");
	tags_set(b->tags, "i-5", "Name", NULL);
	assert_string_equal(all(b, &text), "Name=web1");
}

static void tags_are_ordered_by_key(void **state)
{
	struct bench *b = *state;
	CLEANUP(buffer_done) struct buffer text = {0};

	tags_set(b->tags, "i-5", "z", "1");
	tags_set(b->tags, "i-5", "A", "2");
	tags_set(b->tags, "i-4", "x", "of another");
	tags_set(b->tags, "i-6", "x", "of another");
	assert_string_equal(all(b, &text), "A=2 Name=web1 z=1");
	tags_set(b->tags, "i-5", "z", "3");
	tags_set(b->tags, "i-5", "Name", "n");
	assert_string_equal(all(b, &text), "A=2 Name=n z=3");
	assert_int_equal(tags_count(b->tags, &b->watch), 3);
	tags_set(b->tags, "i-5", "A", NULL);
	tags_set(b->tags, "i-5", "never", NULL);
	assert_string_equal(all(b, &text), "Name=n z=3");
	assert_string_equal(tags_value(b->tags, &b->watch, "z"), "3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_machine_has_its_name, setup, teardown),
		cmocka_unit_test_setup_teardown(tags_are_ordered_by_key, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
