/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Statements as read. */
#pragma once
#include "access/condition_internal.h"
#include "access/policy.h"

struct pattern_list {
	struct pattern **items;
	size_t count;
};

struct statement {
	bool denies;
	bool not_action, not_resource;
	struct pattern_list actions, resources;
	struct condition *conditions;
	size_t condition_count;
};

struct policy {
	bool variables; /* its version knows them */
	struct statement *statements;
	size_t statement_count;
};
