/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A policy, and behind a line of its own ("\n--\n") the value of a key: parsed, and a call judged.
 */
#include "access/policy.h"

#include <string.h>

#include "access/context_internal.h"
#include "base/alloc.h"
#include "base/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct access_principal alice = {"alice", "AIDAEXAMPLE", "AKIDEXAMPLE",
						      "arn:aws:iam::000000000000:user/alice"};
	static const struct access_origin origin = {"192.0.2.7", "fuzz", false};
	CLEANUP(free_ptr) char *text = xcalloc(size + 1, 1);
	char *behind;
	const char *values[2] = {"db", ""};
	struct access_key_values keys[] = {{"ec2:ResourceTag/team", values, 2},
					   {"dint:value", values + 1, 1}};
	struct access_question question = {&alice,
					   "ec2:SendDiagnosticInterrupt",
					   "arn:aws:ec2:local:000000000000:instance/i-1",
					   &origin,
					   keys,
					   2};
	struct context context = {&question, "local", "000000000000", 1767323045000000};
	struct policy *policy;
	struct dint_error err;

	memcpy(text, data, size);
	behind = strstr(text, "\n--\n");
	if (behind) {
		*behind = '\0';
		values[1] = behind + 4;
	}
	if (policy_parse(text, strlen(text), &policy, &err)) {
		policy_judge(policy, &context, NULL);
		policy_free(policy);
	}
	return 0;
}
