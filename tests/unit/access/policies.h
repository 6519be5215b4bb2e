/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Policies written down shortly. */
#pragma once
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/units.h"

/* A statement's members stand in single quotes, for the reader's eyes. */
#define POLICY(statements)	"{'Version':'2012-10-17','Statement':[" statements "]}"
#define ALLOW(action, resource) "{'Effect':'Allow','Action':'" action "','Resource':'" resource "'}"
#define DENY(action, resource)	"{'Effect':'Deny','Action':'" action "','Resource':'" resource "'}"
/* One statement that allows everything where the condition holds. */
#define WHEN(condition) \
	POLICY("{'Effect':'Allow','Action':'*','Resource':'*','Condition':{" condition "}}")
#define DENY_WHEN(condition)                                                                      \
	POLICY(ALLOW("*",                                                                         \
		     "*") ",{'Effect':'Deny','Action':'*','Resource':'*','Condition':{" condition \
			  "}}")
#define ON(resource_element) POLICY("{'Effect':'Allow','Action':'*'," resource_element "}")

/* Single quotes to double ones, but for those of a variable's default. */
static inline char *json_of(const char *text)
{
	char *json = xstrdup(text);
	bool in_variable = false;

	for (char *at = json; *at; at++) {
		if (at[0] == '$' && at[1] == '{')
			in_variable = true;
		else if (*at == '}' || *at == '"')
			in_variable = false;
		else if (*at == '\'' && !in_variable)
			*at = '"';
	}
	return json;
}
