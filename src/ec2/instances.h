/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Machines as EC2's instances: by id, in the order of ids, with the state and status that EC2 has
 * words for.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "ec2/fault.h"
#include "ec2/filters.h"
#include "ec2/xml.h"
#include "incident/health.h"
#include "incident/site.h"

#define INSTANCE_ZONE 80 /* the region's name and a letter */

/* A site's watches ordered by instance id. */
struct instances {
	struct watch **items;
	size_t count;
};

void instances_open(struct instances *instances, const struct site *site);
void instances_done(struct instances *instances);
/* NULL: no machine of the site has it. */
struct watch *instances_find(const struct instances *instances, const char *id);
/* "i-" and 8 or 17 hex digits. */
bool instance_id_is_one(const char *id);

struct tags;

/* One machine at one moment, as the answers and the filters see it. */
struct instance {
	const struct watch *watch;
	struct health health;
	const struct tags *tags;
	const char *account, *region;
};

const char *instance_state_name(enum health_power power); /* "running" */
unsigned instance_state_code(enum health_power power);	  /* 16 */
/* {code, name} in an element of this name. */
void instance_write_state(struct xml *x, const char *element, enum health_power power);
/* "local-1a" */
void instance_zone(const char *region, char zone[INSTANCE_ZONE]);
/* Its last start as far as it is known; else since when it is known. */
uint64_t instance_launched_us(const struct instance *instance);

/* Filters' value functions that several actions have. */
const char *instance_filter_id(const void *instance, const char *rest, size_t n,
			       char scratch[FILTER_SCRATCH]);
const char *instance_filter_state(const void *instance, const char *rest, size_t n,
				  char scratch[FILTER_SCRATCH]);
const char *instance_filter_code(const void *instance, const char *rest, size_t n,
				 char scratch[FILTER_SCRATCH]);
const char *instance_filter_zone(const void *instance, const char *rest, size_t n,
				 char scratch[FILTER_SCRATCH]);
const char *instance_filter_tag(const void *instance, const char *rest, size_t n,
				char scratch[FILTER_SCRATCH]);
const char *instance_filter_tag_key(const void *instance, const char *rest, size_t n,
				    char scratch[FILTER_SCRATCH]);
const char *instance_filter_tag_value(const void *instance, const char *rest, size_t n,
				      char scratch[FILTER_SCRATCH]);
