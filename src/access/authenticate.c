/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A request's claim held to the keys we have. */
#include <string.h>

#include "access/access_internal.h"
#include "base/cleanup.h"

/* Signing keys last a day and are few: one that is not there takes the place of the oldest. */
static const uint8_t *day_key(struct key *key, const struct sigv4_claim *claim)
{
	struct day_key *day;

	for (unsigned i = 0; i < ACCESS_SERVICES; i++) {
		day = &key->days[i];
		if (!strcmp(day->date, claim->date) && !strcmp(day->service, claim->service))
			return day->key;
	}
	day = &key->days[key->next_day++ % ACCESS_SERVICES];
	memcpy(day->date, claim->date, sizeof(day->date));
	memcpy(day->service, claim->service, sizeof(day->service));
	sigv4_signing_key(key->secret, claim->date, claim->region, claim->service, day->key);
	return day->key;
}

/* As much work as for a key that is there, so that the time does not tell which ones are. */
static enum access_refusal refuse_unknown(const struct sigv4_request *request,
					  const struct sigv4_claim *claim, struct dint_error *err)
{
	static const uint8_t nobody[SHA256_BYTES];

	sigv4_verify(request, claim, nobody, err);
	dint_error_set(err, DINT_DENIED,
		       "AWS was not able to validate the provided access credentials");
	return ACCESS_UNKNOWN_KEY;
}

static bool check_scope(const struct access *access, const struct sigv4_claim *claim,
			const char *service, struct dint_error *err)
{
	if (strcmp(claim->region, access->region) != 0)
		return dint_fail(err, DINT_DENIED,
				 "Credential should be scoped to a valid region, not '%.64s': "
				 "dint's is '%.64s'",
				 claim->region, access->region);
	if (strcmp(claim->service, service) != 0)
		return dint_fail(err, DINT_DENIED,
				 "Credential should be scoped to correct service: '%s', not "
				 "'%.64s'",
				 service, claim->service);
	return true;
}

static enum access_refusal refusal(enum sigv4_result result)
{
	switch (result) {
	case SIGV4_OK:
		return ACCESS_OK;
	case SIGV4_UNSIGNED:
		return ACCESS_UNSIGNED;
	case SIGV4_INCOMPLETE:
		return ACCESS_INCOMPLETE;
	case SIGV4_EXPIRED:
		return ACCESS_EXPIRED;
	case SIGV4_WRONG_BODY:
	case SIGV4_MISMATCH:
		break;
	}
	return ACCESS_WRONG_SIGNATURE;
}

enum access_refusal access_authenticate(struct access *access, const struct sigv4_request *request,
					const char *service, struct access_principal *principal,
					struct dint_error *err)
{
	CLEANUP(sigv4_claim_done) struct sigv4_claim claim = {0};
	enum sigv4_result result = sigv4_read(request, &claim, err);
	struct key *key;

	*principal = (struct access_principal){0};
	snprintf(principal->key_id, sizeof(principal->key_id), "%s", claim.key_id);
	if (result != SIGV4_OK)
		return refusal(result);
	result = sigv4_check_time(&claim, access->clock->wall_us(access->clock) / 1000000, err);
	if (result != SIGV4_OK)
		return refusal(result);
	key = access_key(access, claim.key_id);
	if (!key || !key->enabled || !key->usable)
		return refuse_unknown(request, &claim, err);
	if (!check_scope(access, &claim, service, err))
		return ACCESS_WRONG_SIGNATURE;
	result = sigv4_verify(request, &claim, day_key(key, &claim), err);
	if (result == SIGV4_OK)
		access_principal_of(access, key->user, key->id, principal);
	return refusal(result);
}
