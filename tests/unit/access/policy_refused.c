/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What cannot be parsed is refused where it is set, and says where it is wrong. */
#include "../check.h"

#include "access/policy.h"
#include "policies.h"

/* clang-format off */
static const struct {
	const char *name, *policy, *words;
} refused[] = {
	{"not JSON", "{", "not JSON"},
	{"a list", "[]", "an object belongs here"},
	{"two of one name", "{'Statement':[],'Statement':[]}", "duplicate"},
	{"no statement at all", "{'Version':'2012-10-17'}", "Statement: missing"},
	{"a version to come", "{'Version':'2030-01-01','Statement':[]}", "Version: 2012-10-17"},
	{"an unknown member", "{'Version':'2012-10-17','Statment':[]}",
	 "'Statment' does not belong here"},
	{"a statement that is a text", POLICY("'Allow'"), "statement 1: an object belongs here"},
	{"no effect", POLICY("{'Action':'*','Resource':'*'}"), "statement 1: Effect: missing"},
	{"an effect in small letters", POLICY("{'Effect':'allow','Action':'*','Resource':'*'}"),
	 "Effect: Allow or Deny, not 'allow'"},
	{"no action", POLICY("{'Effect':'Allow','Resource':'*'}"),
	 "one of Action and NotAction belongs here"},
	{"both actions", POLICY("{'Effect':'Deny','Action':'*','NotAction':'*','Resource':'*'}"),
	 "one of Action and NotAction belongs here"},
	{"no resource", POLICY("{'Effect':'Allow','Action':'*'}"),
	 "one of Resource and NotResource belongs here"},
	{"an empty list of actions", POLICY("{'Effect':'Allow','Action':[],'Resource':'*'}"),
	 "Action: empty"},
	{"an empty list of resources", POLICY("{'Effect':'Allow','Action':'*','NotResource':[]}"),
	 "NotResource: empty"},
	{"an action that is a number", POLICY("{'Effect':'Allow','Action':[1],'Resource':'*'}"),
	 "a text or a list of texts"},
	{"an action without a service", POLICY(ALLOW("SendDiagnosticInterrupt", "*")),
	 "'SendDiagnosticInterrupt' is not an action"},
	{"a service that is a pattern", POLICY(ALLOW("e*:Send", "*")), "'e*:Send' is not an action"},
	{"an action with a space", POLICY(ALLOW("ec2:Send It", "*")), "is not an action"},
	{"a variable in an action", POLICY(ALLOW("ec2:${aws:username}", "*")), "is not an action"},
	{"a resource that is no ARN", POLICY(ALLOW("*", "i-0123456789abcdef0")), "is not a resource"},
	{"the second statement is the bad one", POLICY(ALLOW("*", "*") "," ALLOW("*", "x")),
	 "statement 2"},
	{"a misspelt member", POLICY("{'Effect':'Allow','Action':'*','Resource':'*','Conditions':{}}"),
	 "'Conditions' does not belong here"},
	{"a principal", POLICY("{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*'}"),
	 "has no Principal"},
	{"a Sid that is a number",
	 POLICY("{'Sid':1,'Effect':'Allow','Action':'*','Resource':'*'}"), "Sid: a string"},
	{"a condition that is a list",
	 POLICY("{'Effect':'Allow','Action':'*','Resource':'*','Condition':[]}"),
	 "Condition: an object belongs here"},
	{"an unknown operator", WHEN("'StringMatches':{'aws:username':'x'}"),
	 "no operator 'StringMatches'"},
	{"an unknown set operator", WHEN("'ForSomeValues:StringEquals':{'aws:username':'x'}"),
	 "no operator"},
	{"NullIfExists", WHEN("'NullIfExists':{'aws:username':'true'}"), "Null stands alone"},
	{"ForAnyValue of Null", WHEN("'ForAnyValue:Null':{'aws:username':'true'}"),
	 "Null stands alone"},
	{"an operator without keys", WHEN("'StringEquals':{}"), "keys and their values belong here"},
	{"an operator that is a text", WHEN("'StringEquals':'x'"), "keys and their values belong here"},
	{"a key without a service", WHEN("'StringEquals':{'username':'x'}"), "is not a key"},
	{"a key without a value", WHEN("'StringEquals':{'aws:username':[]}"), "has no value"},
	{"a value that is an object", WHEN("'StringEquals':{'aws:username':{}}"),
	 "a value is a text"},
	{"a value that is null", WHEN("'StringEquals':{'aws:username':null}"), "a value is a text"},
	{"a number that is none", WHEN("'NumericEquals':{'dint:count':'1e3'}"), "is not a number"},
	{"a date that is none", WHEN("'DateLessThan':{'aws:CurrentTime':'2026-02-30'}"),
	 "is not a date"},
	{"a date with something behind", WHEN("'DateLessThan':{'aws:CurrentTime':'2026-02-03T1:00Z'}"),
	 "is not a date"},
	{"a network that is none", WHEN("'IpAddress':{'aws:SourceIp':'192.0.2.0/33'}"),
	 "is not a network"},
	{"a network with a wildcard", WHEN("'IpAddress':{'aws:SourceIp':'192.0.2.*'}"),
	 "is not a network"},
	{"a truth that is none", WHEN("'Bool':{'aws:SecureTransport':'yes'}"), "is not true or false"},
	{"bytes that are none", WHEN("'BinaryEquals':{'dint:seal':'?'}"), "Condition: BinaryEquals"},
	{"an ARN of two parts", WHEN("'ArnNotLike':{'aws:PrincipalArn':'arn:*'}"), "is not an ARN"},
	{"a variable without an end", WHEN("'StringEquals':{'aws:username':\"${aws:username\"}"),
	 "has no end"},
	{"a variable that is none", WHEN("'StringEquals':{'aws:username':'${}'}"),
	 "'${}' is not a variable"},
	{"a default without quotes", WHEN("'StringEquals':{'aws:username':'${aws:x, y}'}"),
	 "single quotes"},
	{"a variable in a number", WHEN("'NumericEquals':{'dint:count':'${dint:count}'}"),
	 "is not a number"},
};
/* clang-format on */

static void what_cannot_be_parsed_is_refused(void **state)
{
	struct dint_error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		CLEANUP(free_ptr) char *json = json_of(refused[i].policy);
		struct policy *policy = NULL;

		if (policy_parse(json, strlen(json), &policy, &err))
			fail_msg("%s: not refused", refused[i].name);
		if (err.code != DINT_BAD_REQUEST || !strstr(err.message, refused[i].words))
			fail_msg("%s: %s, wanted: %s", refused[i].name, err.message,
				 refused[i].words);
	}
}

static void a_document_has_a_limit(void **state)
{
	CLEANUP(free_ptr) char *spaces = xcalloc(30000, 1);
	struct policy *policy = NULL;
	struct dint_error err;

	(void)state;
	memset(spaces, ' ', 29999);
	assert_refused(policy_parse(spaces, 29999, &policy, &err), &err, DINT_BAD_REQUEST,
		       "the most is 20480");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_cannot_be_parsed_is_refused),
		cmocka_unit_test(a_document_has_a_limit),
	};

	printf("%zu cases refused\n", ARRAY_SIZE(refused));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
