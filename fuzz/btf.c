/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Types: each of them asked for its size, its name and its members. */
#include "kernel/btf.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "kernel/type_expr.h"
#include "kernel/type_path.h"
#include "memory_kernel.h"

#define TYPES_ASKED 2000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask_type(struct btf *btf, uint32_t id, struct buffer *name)
{
	static const char *const paths[] = {"x", "list.next", "members[3].state[1]", "[0][0].y"};
	struct btf_type type;
	struct dint_error err;
	struct member member;
	uint64_t size;

	if (!btf_type(btf, id, &type, &err))
		return;
	btf_size(btf, id, &size, &err);
	buffer_clear(name);
	type_name_add(name, btf, id);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		struct path_place place = {.type = id};

		if (path_follow(btf, paths[i], &place, &err) == PATH_FOUND)
			path_member(btf, &place, &member, &err);
	}
	if (type.kind == BTF_ENUM || type.kind == BTF_ENUM64)
		enum_name_in(btf, &type, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t none[] = "A=1";
	CLEANUP(btf_close_ptr) struct btf *btf = NULL;
	CLEANUP(buffer_done) struct buffer name = {0};
	struct kernel kernel;
	struct dint_error err;
	uint32_t id = 0;

	/* the input is the types alone */
	if (!memory_kernel_open(none, sizeof(none), &kernel))
		return 0;
	kernel.bytes = data;
	kernel.n = size;
	if (btf_open(&kernel, kernel.start, size, NULL, 1, &btf, &err)) {
		btf_find(btf, "task_struct", BTF_NAMED, 0, &id, &err);
		for (id = 1; id < TYPES_ASKED; id++)
			ask_type(btf, id, &name);
		btf_find(btf, "zzz", BTF_NAMED, 0, &id, &err);
	}
	btf_close(TAKE(btf));
	kernel_close(&kernel);
	return 0;
}
