/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Token buckets of EC2's sizes ("Request throttling for the Amazon EC2 API"), one a key and action;
 * StartInstances and StopInstances have a second one, of which each instance takes a token.
 *
 * To add one: a row here, those of a single action before those of many.
 */
#include <stdlib.h>
#include <string.h>

#include "access/access_internal.h"
#include "base/alloc.h"
#include "base/units.h"

struct bucket_size {
	const char *action; /* how it begins, behind the service's name */
	bool whole;	    /* and that is all of it */
	bool unpaginated;   /* a list asked for whole */
	double capacity, per_s;
};

/* The first that fits. */
static const struct bucket_size sizes[] = {
	{"CreateTags", true, false, 100, 10},
	{"DeleteTags", true, false, 100, 10},
	{"StartInstances", true, false, 5, 2},
	{"DescribeInstances", true, true, 50, 10},
	{"DescribeInstanceStatus", true, true, 50, 10},
	{"Describe", false, false, 100, 20},
	{"Get", false, false, 100, 20},
	{"List", false, false, 100, 20},
	{"Search", false, false, 100, 20},
	{"", false, false, 50, 5}, /* whatever changes something */
};

static const struct bucket_size resource_sizes[] = {
	{"StartInstances", true, false, 1000, 2},
	{"StopInstances", true, false, 1000, 20},
};

static const struct bucket_size *find_size(const struct bucket_size *table, size_t count,
					   const char *action, bool unpaginated)
{
	const char *colon = strchr(action, ':');
	const char *name = colon ? colon + 1 : action;

	for (size_t i = 0; i < count; i++) {
		size_t n = strlen(table[i].action);

		if (!strncmp(name, table[i].action, n) && (!table[i].whole || !name[n]) &&
		    (unpaginated || !table[i].unpaginated))
			return &table[i];
	}
	return NULL;
}

/* A bucket not used yet is full. name tells buckets of one action apart. */
static struct bucket *find_bucket(struct key *key, const char *action, char name,
				  const struct bucket_size *size, uint64_t now_us)
{
	struct bucket *bucket;

	for (size_t i = 0; i < key->bucket_count; i++)
		if (key->buckets[i].action[0] == name &&
		    !strcmp(key->buckets[i].action + 1, action))
			return &key->buckets[i];
	if (key->bucket_count == ACCESS_BUCKETS) /* more actions than there are: start anew */
		while (key->bucket_count)
			free(key->buckets[--key->bucket_count].action);
	key->buckets = xgrow(key->buckets, key->bucket_count, sizeof(*key->buckets));
	bucket = &key->buckets[key->bucket_count++];
	*bucket = (struct bucket){xasprintf("%c%s", name, action), size->capacity, now_us};
	return bucket;
}

static void fill(struct bucket *bucket, const struct bucket_size *size, uint64_t now_us)
{
	double seconds = (double)(now_us - bucket->filled_us) / 1e6;

	bucket->tokens += seconds * size->per_s;
	if (bucket->tokens > size->capacity)
		bucket->tokens = size->capacity;
	bucket->filled_us = now_us;
}

/* One that holds less than is wanted at once lets it through when it is full. */
static bool has(const struct bucket *bucket, const struct bucket_size *size, double wanted,
		uint64_t *retry_ms)
{
	double needed = wanted < size->capacity ? wanted : size->capacity;

	if (bucket->tokens >= needed)
		return true;
	*retry_ms = (uint64_t)((needed - bucket->tokens) / size->per_s * 1000) + 1;
	return false;
}

bool access_take(struct access *access, const char *key_id, const char *action, bool unpaginated,
		 unsigned resources, uint64_t *retry_ms)
{
	uint64_t now_us = access->clock->monotonic_us(access->clock);
	const struct bucket_size *size = find_size(sizes, ARRAY_SIZE(sizes), action, unpaginated);
	const struct bucket_size *resource_size =
		find_size(resource_sizes, ARRAY_SIZE(resource_sizes), action, false);
	struct key *key = access_key(access, key_id);
	struct bucket *bucket;

	if (!access->throttle || !key)
		return true;
	if (resource_size && resources) {
		bucket = find_bucket(key, action, 'r', resource_size, now_us);
		fill(bucket, resource_size, now_us);
		if (!has(bucket, resource_size, resources, retry_ms))
			return false;
		bucket->tokens -= resources;
	}
	bucket = find_bucket(key, action, size->unpaginated ? 'u' : 'a', size, now_us);
	fill(bucket, size, now_us);
	if (!has(bucket, size, 1, retry_ms))
		return false;
	bucket->tokens -= 1;
	return true;
}
