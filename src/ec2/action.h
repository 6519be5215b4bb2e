/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * EC2's actions as records. Reading parameters, ids and filters, permission, throttling, dry run,
 * pages and the audit event come from the record; its run() only does what the action is about.
 *
 * To add an action:
 *   1. write ec2/action_<name>.c, ending in one `const struct ec2_action`;
 *   2. list it in ec2/actions.c;
 *   3. call it from each client in tests/clients/.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "ec2/ec2.h"
#include "ec2/filters.h"
#include "ec2/instances.h"
#include "ec2/page.h"
#include "ec2/parameters.h"
#include "ec2/xml.h"

struct ec2_call;
struct repeat;
struct tags;
struct worker;

/* On what the permission is asked. */
enum ec2_scope {
	EC2_ON_ALL,	  /* "*" */
	EC2_ON_INSTANCES, /* each that the call names */
	EC2_ON_NOBODY,	  /* it is not asked: everybody who is authenticated may */
};

struct ec2_action {
	const char *name;
	bool changes; /* its audit event is durable before it is answered, and an SDK's repeated
			 attempt gets the answer of the first */
	bool sts;     /* it is STS's: another service in the signature, another form */
	enum ec2_scope scope;
	const char *ids; /* the parameter that names instances; NULL: none does */
	const struct parameter *parameters; /* ends with a NULL name; NULL: none of its own */
	const struct filter_kind *filters;  /* NULL: it takes no Filter */
	bool pages;			    /* it takes MaxResults and NextToken */
	/* Answers or refuses the call once, now or later. */
	void (*run)(struct ec2_call *call);
};

extern const struct ec2_action *const ec2_actions[]; /* ends with NULL */
/* NULL: no such action. */
const struct ec2_action *ec2_action_find(const char *name);

struct ec2 {
	struct site *site;
	struct store *store; /* the site's, which is closed before this */
	struct access *access;
	struct instances instances;
	struct tags *tags;
	struct repeat *repeats; /* newest first */
	size_t repeat_count;
	struct worker *worker; /* compresses pictures */
	struct ec2_call *calls;
};

/* One request on its way; gone with its answer. */
struct ec2_call {
	struct ec2 *ec2;
	struct ec2_call *next;
	struct http_exchange *exchange;
	const struct http_request *request;
	const struct ec2_action *action; /* NULL: not known (yet) */
	bool sts;

	struct form form;
	struct values values;
	struct filters filters;
	struct page page;
	struct watch **targets; /* the instances that it names, each once, in the request's order */
	size_t target_count;

	struct access_principal principal; /* only its key id where it was not authenticated */
	bool authenticated;
	struct access_origin origin;

	struct buffer body; /* the answer in the making */
	struct xml xml;
	char *root; /* its root element */
	struct fault fault;
	uint64_t retry_ms;     /* with a fault: when to try again; 0: nothing is said */
	struct repeat *repeat; /* who else waits for its answer; NULL: nobody can */
	void *own;	       /* the action's … */
	void (*drop)(
		void *own); /* … which this frees where the call ends without it; may be NULL */
};

/* Begins the answer: <NameResponse><requestId>; the action writes what follows. */
struct xml *ec2_begin(struct ec2_call *call);
/* Ends it and sends it. */
void ec2_answer(struct ec2_call *call);
/* All that EC2 says of an action without a result: <return>true</return>. */
void ec2_answer_true(struct ec2_call *call);
/* Sends call->fault. */
void ec2_refuse(struct ec2_call *call);
void ec2_refuse_with(struct ec2_call *call, enum fault_code code, const char *fmt, ...)
	PRINTF(3, 4);
void ec2_refuse_error(struct ec2_call *call, const struct dint_error *err);
/* The same with "The instance 'i-…' …: " before the message. */
void ec2_refuse_instance(struct ec2_call *call, const struct watch *watch, const char *cannot,
			 const struct dint_error *err);
/* The call's name for people and incidents: the principal's ARN. */
const char *ec2_caller(const struct ec2_call *call);
