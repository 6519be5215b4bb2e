/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Policies against IAM's documented rules: the elements of the language, "Policy evaluation logic",
 * "IAM JSON policy elements: Condition operators", "Multivalued context keys", "Policy variables".
 */
#include "../check.h"

#include "access/context_internal.h"
#include "access/policy.h"
#include "policies.h"

#define VALUES 4
#define KEYS   4
#define WEB1   "arn:aws:ec2:local:000000000000:instance/i-0123456789abcdef0"
#define WEB2   "arn:aws:ec2:local:000000000000:instance/i-0fedcba9876543210"
#define SEND   "ec2:SendDiagnosticInterrupt"

/* 2026-01-02T03:04:05Z, a Friday */
#define NOW_US UINT64_C(1767323045000000)

enum { YES = ACCESS_ALLOWED, NO = ACCESS_NOT_ALLOWED, DENIED = ACCESS_DENIED };

struct given {
	const char *key;
	const char *values[VALUES];
};

struct judged {
	const char *name;
	const char *policy;
	const char *action, *resource; /* NULL: SEND on WEB1 */
	struct given context[KEYS];
	int want;
};

/* clang-format off */
static const struct judged cases[] = {
	/* ---- effects ---- */
	{"no policy", NULL, .want = NO},
	{"no statement", "{'Version':'2012-10-17','Statement':[]}", .want = NO},
	{"allowed", POLICY(ALLOW("ec2:SendDiagnosticInterrupt", "*")), .want = YES},
	{"a statement that is no list",
	 "{'Version':'2012-10-17','Statement':" ALLOW("ec2:*", "*") "}", .want = YES},
	{"another action", POLICY(ALLOW("ec2:StopInstances", "*")), .want = NO},
	{"a deny alone", POLICY(DENY("*", "*")), .want = DENIED},
	{"a deny after an allow", POLICY(ALLOW("*", "*") "," DENY("ec2:Send*", "*")), .want = DENIED},
	{"a deny before an allow", POLICY(DENY("ec2:Send*", "*") "," ALLOW("*", "*")), .want = DENIED},
	{"a deny of something else", POLICY(DENY("ec2:Stop*", "*") "," ALLOW("*", "*")), .want = YES},
	{"a deny of another machine", POLICY(ALLOW("*", "*") "," DENY("*", WEB2)), .want = YES},
	{"the second of three allows",
	 POLICY(ALLOW("s3:*", "*") "," ALLOW("ec2:*", "*") "," ALLOW("sts:*", "*")), .want = YES},

	/* ---- actions ---- */
	{"a star for all", POLICY(ALLOW("*", "*")), .want = YES},
	{"a star for all of a service", POLICY(ALLOW("ec2:*", "*")), .want = YES},
	{"a star for all of another service", POLICY(ALLOW("dint:*", "*")), .want = NO},
	{"a star in the middle", POLICY(ALLOW("ec2:Send*Interrupt", "*")), .want = YES},
	{"a star that finds nothing to stand for",
	 POLICY(ALLOW("ec2:SendDiagnosticInterrupt*", "*")), .want = YES},
	{"several stars", POLICY(ALLOW("ec2:*Diag*Int*", "*")), .want = YES},
	{"several stars out of order", POLICY(ALLOW("ec2:*Int*Diag*", "*")), .want = NO},
	{"question marks", POLICY(ALLOW("ec2:SendDiagnosticInterrup?", "*")), .want = YES},
	{"a question mark that stands for nothing",
	 POLICY(ALLOW("ec2:SendDiagnosticInterrupt?", "*")), .want = NO},
	{"the case of an action does not count",
	 POLICY(ALLOW("EC2:senddiagnosticINTERRUPT", "*")), .want = YES},
	{"the beginning of an action is not the action",
	 POLICY(ALLOW("ec2:SendDiagnostic", "*")), .want = NO},
	{"a list of actions",
	 POLICY("{'Effect':'Allow','Action':['ec2:Get*','ec2:Send*'],'Resource':'*'}"), .want = YES},
	{"NotAction allows everything else",
	 POLICY("{'Effect':'Allow','NotAction':'ec2:Stop*','Resource':'*'}"), .want = YES},
	{"NotAction does not allow what it names",
	 POLICY("{'Effect':'Allow','NotAction':['s3:*','ec2:Send*'],'Resource':'*'}"), .want = NO},
	{"NotAction denies everything else",
	 POLICY(ALLOW("*", "*") ",{'Effect':'Deny','NotAction':'ec2:Get*','Resource':'*'}"),
	 .want = DENIED},
	{"NotAction does not deny what it names",
	 POLICY(ALLOW("*", "*") ",{'Effect':'Deny','NotAction':'ec2:Send*','Resource':'*'}"),
	 .want = YES},

	/* ---- resources ---- */
	{"the very machine", POLICY(ALLOW(SEND, WEB1)), .want = YES},
	{"another machine", POLICY(ALLOW(SEND, WEB2)), .want = NO},
	{"every machine", POLICY(ALLOW(SEND, "arn:aws:ec2:*:*:instance/*")), .want = YES},
	{"machines by the beginning of their id",
	 POLICY(ALLOW(SEND, "arn:aws:ec2:local:000000000000:instance/i-0123*")), .want = YES},
	{"machines of another region", POLICY(ALLOW(SEND, "arn:aws:ec2:eu-1:*:instance/*")), .want = NO},
	{"machines of another account",
	 POLICY(ALLOW(SEND, "arn:aws:ec2:*:111111111111:instance/*")), .want = NO},
	{"a star at a part's end goes on beyond it", POLICY(ALLOW(SEND, "arn:aws:ec2:*")), .want = YES},
	{"a star within a part does not",
	 POLICY(ALLOW(SEND, "arn:aws:ec2:l*l:instance/i-0123456789abcdef0")), .want = NO},
	{"a question mark is no colon",
	 POLICY(ALLOW(SEND, "arn:aws:ec2:local?000000000000:instance/*")), .want = NO},
	{"a question mark in an id",
	 POLICY(ALLOW(SEND, "arn:aws:ec2:local:000000000000:instance/i-0123456789abcdef?")),
	 .want = YES},
	{"the case of a resource counts",
	 POLICY(ALLOW(SEND, "arn:aws:ec2:local:000000000000:instance/I-0123456789ABCDEF0")),
	 .want = NO},
	{"a star matches slashes too", POLICY(ALLOW(SEND, "arn:aws:ec2:*:*:*")), .want = YES},
	{"another type", POLICY(ALLOW(SEND, "arn:aws:ec2:*:*:volume/*")), .want = NO},
	{"a list of resources", ON("'Resource':['" WEB2 "','" WEB1 "']"), .want = YES},
	{"NotResource leaves one out", ON("'NotResource':'" WEB2 "'"), .want = YES},
	{"NotResource and the one", ON("'NotResource':['" WEB2 "','" WEB1 "']"), .want = NO},
	{"a deny of all but one",
	 POLICY(ALLOW("*", "*") ",{'Effect':'Deny','Action':'*','NotResource':'" WEB2 "'}"),
	 .want = DENIED},
	{"a list call is on everything: a machine's ARN is not enough",
	 POLICY(ALLOW("ec2:Describe*", WEB1)), "ec2:DescribeInstances", "*", .want = NO},
	{"a list call allowed on everything", POLICY(ALLOW("ec2:Describe*", "*")),
	 "ec2:DescribeInstances", "*", .want = YES},

	/* ---- texts ---- */
	{"StringEquals", WHEN("'StringEquals':{'ec2:ResourceTag/team':'db'}"),
	 .context = {{"ec2:ResourceTag/team", {"db"}}}, .want = YES},
	{"StringEquals of another", WHEN("'StringEquals':{'ec2:ResourceTag/team':'db'}"),
	 .context = {{"ec2:ResourceTag/team", {"web"}}}, .want = NO},
	{"StringEquals minds the case", WHEN("'StringEquals':{'ec2:ResourceTag/team':'db'}"),
	 .context = {{"ec2:ResourceTag/team", {"DB"}}}, .want = NO},
	{"StringEquals has no wildcards", WHEN("'StringEquals':{'ec2:ResourceTag/team':'d*'}"),
	 .context = {{"ec2:ResourceTag/team", {"db"}}}, .want = NO},
	{"StringEquals: a star is a star", WHEN("'StringEquals':{'ec2:ResourceTag/team':'d*'}"),
	 .context = {{"ec2:ResourceTag/team", {"d*"}}}, .want = YES},
	{"one of several values", WHEN("'StringEquals':{'ec2:ResourceTag/team':['a','b','c']}"),
	 .context = {{"ec2:ResourceTag/team", {"b"}}}, .want = YES},
	{"none of several values", WHEN("'StringEquals':{'ec2:ResourceTag/team':['a','b','c']}"),
	 .context = {{"ec2:ResourceTag/team", {"d"}}}, .want = NO},
	{"a key that is missing", WHEN("'StringEquals':{'ec2:ResourceTag/team':'db'}"), .want = NO},
	{"the case of a key does not count", WHEN("'StringEquals':{'EC2:resourcetag/Team':'db'}"),
	 .context = {{"ec2:ResourceTag/team", {"db"}}}, .want = YES},
	{"StringNotEquals", WHEN("'StringNotEquals':{'ec2:ResourceTag/team':'db'}"),
	 .context = {{"ec2:ResourceTag/team", {"web"}}}, .want = YES},
	{"StringNotEquals of the same", WHEN("'StringNotEquals':{'ec2:ResourceTag/team':'db'}"),
	 .context = {{"ec2:ResourceTag/team", {"db"}}}, .want = NO},
	{"StringNotEquals: none of the values",
	 WHEN("'StringNotEquals':{'ec2:ResourceTag/team':['a','db']}"),
	 .context = {{"ec2:ResourceTag/team", {"db"}}}, .want = NO},
	{"StringNotEquals of a key that is missing",
	 WHEN("'StringNotEquals':{'ec2:ResourceTag/team':'db'}"), .want = YES},
	{"StringEqualsIgnoreCase", WHEN("'StringEqualsIgnoreCase':{'ec2:ResourceTag/team':'Db'}"),
	 .context = {{"ec2:ResourceTag/team", {"dB"}}}, .want = YES},
	{"StringNotEqualsIgnoreCase",
	 WHEN("'StringNotEqualsIgnoreCase':{'ec2:ResourceTag/team':'Db'}"),
	 .context = {{"ec2:ResourceTag/team", {"dB"}}}, .want = NO},
	{"StringLike", WHEN("'StringLike':{'ec2:ResourceTag/team':'d?-*'}"),
	 .context = {{"ec2:ResourceTag/team", {"db-core"}}}, .want = YES},
	{"StringLike: a star that stands for colons too",
	 WHEN("'StringLike':{'ec2:ResourceTag/team':'a*z'}"),
	 .context = {{"ec2:ResourceTag/team", {"a:b:z"}}}, .want = YES},
	{"StringLike: one character is one letter, whatever its bytes",
	 WHEN("'StringLike':{'ec2:ResourceTag/town':'K?ln'}"),
	 .context = {{"ec2:ResourceTag/town", {"K\xc3\xb6ln"}}}, .want = YES},
	{"StringNotLike", WHEN("'StringNotLike':{'ec2:ResourceTag/team':'d*'}"),
	 .context = {{"ec2:ResourceTag/team", {"db"}}}, .want = NO},
	{"the name of an operator in another case",
	 WHEN("'stringequals':{'ec2:ResourceTag/team':'db'}"),
	 .context = {{"ec2:ResourceTag/team", {"db"}}}, .want = YES},

	/* ---- joined ---- */
	{"two keys: both", WHEN("'StringEquals':{'ec2:ResourceTag/a':'1','ec2:ResourceTag/b':'2'}"),
	 .context = {{"ec2:ResourceTag/a", {"1"}}, {"ec2:ResourceTag/b", {"2"}}}, .want = YES},
	{"two keys: one is not enough",
	 WHEN("'StringEquals':{'ec2:ResourceTag/a':'1','ec2:ResourceTag/b':'2'}"),
	 .context = {{"ec2:ResourceTag/a", {"1"}}, {"ec2:ResourceTag/b", {"3"}}}, .want = NO},
	{"two operators: both",
	 WHEN("'StringEquals':{'ec2:ResourceTag/a':'1'},'Bool':{'aws:SecureTransport':'true'}"),
	 .context = {{"ec2:ResourceTag/a", {"1"}}}, .want = YES},
	{"two operators: one is not enough",
	 WHEN("'StringEquals':{'ec2:ResourceTag/a':'1'},'Bool':{'aws:SecureTransport':'false'}"),
	 .context = {{"ec2:ResourceTag/a", {"1"}}}, .want = NO},
	{"a condition without an operator is none",
	 POLICY("{'Effect':'Allow','Action':'*','Resource':'*','Condition':{}}"), .want = YES},
	{"a deny whose condition does not hold",
	 DENY_WHEN("'StringEquals':{'ec2:ResourceTag/team':'db'}"),
	 .context = {{"ec2:ResourceTag/team", {"web"}}}, .want = YES},
	{"a deny whose condition holds", DENY_WHEN("'StringEquals':{'ec2:ResourceTag/team':'db'}"),
	 .context = {{"ec2:ResourceTag/team", {"db"}}}, .want = DENIED},
	{"a deny of what is not tagged", DENY_WHEN("'StringNotEquals':{'ec2:ResourceTag/team':'db'}"),
	 .want = DENIED},

	/* ---- numbers ---- */
	{"NumericEquals", WHEN("'NumericEquals':{'dint:count':'10'}"),
	 .context = {{"dint:count", {"10.0"}}}, .want = YES},
	{"NumericNotEquals", WHEN("'NumericNotEquals':{'dint:count':10}"),
	 .context = {{"dint:count", {"10"}}}, .want = NO},
	{"NumericLessThan", WHEN("'NumericLessThan':{'dint:count':10}"),
	 .context = {{"dint:count", {"9"}}}, .want = YES},
	{"NumericLessThan the same", WHEN("'NumericLessThan':{'dint:count':10}"),
	 .context = {{"dint:count", {"10"}}}, .want = NO},
	{"NumericLessThanEquals the same", WHEN("'NumericLessThanEquals':{'dint:count':10}"),
	 .context = {{"dint:count", {"10"}}}, .want = YES},
	{"NumericGreaterThan, below nothing", WHEN("'NumericGreaterThan':{'dint:count':-1.5}"),
	 .context = {{"dint:count", {"-1"}}}, .want = YES},
	{"NumericGreaterThanEquals", WHEN("'NumericGreaterThanEquals':{'dint:count':10}"),
	 .context = {{"dint:count", {"9.99"}}}, .want = NO},
	{"numbers are not compared as texts", WHEN("'NumericLessThan':{'dint:count':10}"),
	 .context = {{"dint:count", {"9"}}}, .want = YES},
	{"a value that is no number", WHEN("'NumericLessThan':{'dint:count':10}"),
	 .context = {{"dint:count", {"few"}}}, .want = NO},
	{"NumericEquals of a key that is missing", WHEN("'NumericEquals':{'dint:count':0}"),
	 .want = NO},

	/* ---- moments ---- */
	{"DateLessThan", WHEN("'DateLessThan':{'aws:CurrentTime':'2026-01-02T03:04:06Z'}"),
	 .want = YES},
	{"DateLessThan the same", WHEN("'DateLessThan':{'aws:CurrentTime':'2026-01-02T03:04:05Z'}"),
	 .want = NO},
	{"DateLessThanEquals the same",
	 WHEN("'DateLessThanEquals':{'aws:CurrentTime':'2026-01-02T03:04:05Z'}"), .want = YES},
	{"DateGreaterThan a day", WHEN("'DateGreaterThan':{'aws:CurrentTime':'2026-01-02'}"),
	 .want = YES},
	{"DateGreaterThanEquals later",
	 WHEN("'DateGreaterThanEquals':{'aws:CurrentTime':'2026-01-02T03:04:05.5Z'}"), .want = NO},
	{"DateEquals in another zone",
	 WHEN("'DateEquals':{'aws:CurrentTime':'2026-01-02T04:04:05+01:00'}"), .want = YES},
	{"DateNotEquals", WHEN("'DateNotEquals':{'aws:CurrentTime':'2026-01-02T03:04:05Z'}"),
	 .want = NO},
	{"a moment in seconds", WHEN("'DateEquals':{'aws:EpochTime':'1767323045'}"), .want = YES},
	{"seconds as a number", WHEN("'NumericLessThan':{'aws:EpochTime':1767323046}"), .want = YES},
	{"a span",
	 WHEN("'DateGreaterThan':{'aws:CurrentTime':'2026-01-01T00:00:00Z'},"
	      "'DateLessThan':{'aws:CurrentTime':'2026-01-03T00:00:00Z'}"), .want = YES},

	/* ---- truths, bytes, addresses ---- */
	{"Bool", WHEN("'Bool':{'aws:SecureTransport':'true'}"), .want = YES},
	{"Bool as JSON's own", WHEN("'Bool':{'aws:SecureTransport':true}"), .want = YES},
	{"Bool of the other", WHEN("'Bool':{'aws:SecureTransport':'false'}"), .want = NO},
	{"Bool of a key that is missing",
	 WHEN("'Bool':{'aws:MultiFactorAuthPresent':'false'}"), .want = NO},
	{"BinaryEquals", WHEN("'BinaryEquals':{'dint:seal':'QmluYXJ5'}"),
	 .context = {{"dint:seal", {"QmluYXJ5"}}}, .want = YES},
	{"BinaryEquals of others", WHEN("'BinaryEquals':{'dint:seal':'QmluYXJ5'}"),
	 .context = {{"dint:seal", {"QmluYXJ4"}}}, .want = NO},
	{"IpAddress", WHEN("'IpAddress':{'aws:SourceIp':'192.0.2.0/24'}"), .want = YES},
	{"IpAddress of one", WHEN("'IpAddress':{'aws:SourceIp':'192.0.2.7'}"), .want = YES},
	{"IpAddress at a border that is no byte's",
	 WHEN("'IpAddress':{'aws:SourceIp':'192.0.2.8/29'}"), .want = NO},
	{"IpAddress: a wide one", WHEN("'IpAddress':{'aws:SourceIp':'0.0.0.0/0'}"), .want = YES},
	{"IpAddress: one of two", WHEN("'IpAddress':{'aws:SourceIp':['10.0.0.0/8','192.0.2.0/24']}"),
	 .want = YES},
	{"IpAddress of the other family", WHEN("'IpAddress':{'aws:SourceIp':'2001:db8::/32'}"),
	 .want = NO},
	{"IpAddress, version 6", WHEN("'IpAddress':{'dint:peer':'2001:db8::/32'}"),
	 .context = {{"dint:peer", {"2001:db8:1::7"}}}, .want = YES},
	{"IpAddress, version 4 in version 6's clothes",
	 WHEN("'IpAddress':{'dint:peer':'192.0.2.0/24'}"),
	 .context = {{"dint:peer", {"::ffff:192.0.2.9"}}}, .want = YES},
	{"NotIpAddress", WHEN("'NotIpAddress':{'aws:SourceIp':['10.0.0.0/8','192.0.2.0/24']}"),
	 .want = NO},
	{"NotIpAddress of others", WHEN("'NotIpAddress':{'aws:SourceIp':'10.0.0.0/8'}"), .want = YES},

	/* ---- ARNs ---- */
	{"ArnLike", WHEN("'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::*:user/al*'}"), .want = YES},
	{"ArnEquals has wildcards too",
	 WHEN("'ArnEquals':{'aws:PrincipalArn':'arn:aws:iam::000000000000:user/*'}"), .want = YES},
	{"ArnLike: a star stays in its part",
	 WHEN("'ArnLike':{'aws:PrincipalArn':'arn:aws:*:000000000000:user/alice:x'}"), .want = NO},
	{"ArnLike: a star of the last part does not",
	 WHEN("'ArnLike':{'dint:arn':'arn:aws:logs:*:*:group*'}"),
	 .context = {{"dint:arn", {"arn:aws:logs:local:0:group:a:b"}}}, .want = YES},
	{"ArnLike of anything", WHEN("'ArnLike':{'aws:PrincipalArn':'*'}"), .want = YES},
	{"ArnNotLike", WHEN("'ArnNotLike':{'aws:PrincipalArn':'arn:aws:iam::*:user/alice'}"),
	 .want = NO},
	{"ArnNotEquals of another",
	 WHEN("'ArnNotEquals':{'aws:PrincipalArn':'arn:aws:iam::*:user/bob'}"), .want = YES},

	/* ---- presence ---- */
	{"Null true, and absent", WHEN("'Null':{'ec2:ResourceTag/team':'true'}"), .want = YES},
	{"Null true, and there", WHEN("'Null':{'ec2:ResourceTag/team':'true'}"),
	 .context = {{"ec2:ResourceTag/team", {"db"}}}, .want = NO},
	{"Null false, and there", WHEN("'Null':{'ec2:ResourceTag/team':false}"),
	 .context = {{"ec2:ResourceTag/team", {"db"}}}, .want = YES},
	{"Null false, and absent", WHEN("'Null':{'ec2:ResourceTag/team':'false'}"), .want = NO},
	{"StringEqualsIfExists, absent", WHEN("'StringEqualsIfExists':{'ec2:ResourceTag/a':'1'}"),
	 .want = YES},
	{"StringEqualsIfExists, there and the same",
	 WHEN("'StringEqualsIfExists':{'ec2:ResourceTag/a':'1'}"),
	 .context = {{"ec2:ResourceTag/a", {"1"}}}, .want = YES},
	{"StringEqualsIfExists, there and another",
	 WHEN("'StringEqualsIfExists':{'ec2:ResourceTag/a':'1'}"),
	 .context = {{"ec2:ResourceTag/a", {"2"}}}, .want = NO},
	{"IpAddressIfExists", WHEN("'IpAddressIfExists':{'dint:peer':'10.0.0.0/8'}"), .want = YES},
	{"NumericLessThanIfExists", WHEN("'NumericLessThanIfExists':{'dint:count':1}"),
	 .context = {{"dint:count", {"2"}}}, .want = NO},
	{"BoolIfExists", WHEN("'BoolIfExists':{'aws:MultiFactorAuthPresent':'true'}"), .want = YES},

	/* ---- keys of several values ---- */
	{"ForAllValues: all of them", WHEN("'ForAllValues:StringEquals':{'aws:TagKeys':['a','b','c']}"),
	 .context = {{"aws:TagKeys", {"a", "b"}}}, .want = YES},
	{"ForAllValues: one is another",
	 WHEN("'ForAllValues:StringEquals':{'aws:TagKeys':['a','b','c']}"),
	 .context = {{"aws:TagKeys", {"a", "d"}}}, .want = NO},
	{"ForAllValues of a key that is missing",
	 WHEN("'ForAllValues:StringEquals':{'aws:TagKeys':['a']}"), .want = YES},
	{"ForAllValues, and the key must be there",
	 WHEN("'ForAllValues:StringEquals':{'aws:TagKeys':['a']},'Null':{'aws:TagKeys':'false'}"),
	 .want = NO},
	{"ForAnyValue: one of them", WHEN("'ForAnyValue:StringLike':{'aws:TagKeys':'d*'}"),
	 .context = {{"aws:TagKeys", {"a", "dint"}}}, .want = YES},
	{"ForAnyValue: none of them", WHEN("'ForAnyValue:StringLike':{'aws:TagKeys':'d*'}"),
	 .context = {{"aws:TagKeys", {"a", "b"}}}, .want = NO},
	{"ForAnyValue of a key that is missing",
	 WHEN("'ForAnyValue:StringEquals':{'aws:TagKeys':'a'}"), .want = NO},
	{"ForAnyValue with IfExists of a key that is missing",
	 WHEN("'ForAnyValue:StringEqualsIfExists':{'aws:TagKeys':'a'}"), .want = YES},
	{"ForAllValues of a negated operator",
	 WHEN("'ForAllValues:StringNotEquals':{'aws:TagKeys':['x','y']}"),
	 .context = {{"aws:TagKeys", {"a", "y"}}}, .want = NO},
	{"ForAnyValue of a negated operator",
	 WHEN("'ForAnyValue:StringNotEquals':{'aws:TagKeys':['x','y']}"),
	 .context = {{"aws:TagKeys", {"a", "y"}}}, .want = YES},
	{"ForAllValues denies",
	 DENY_WHEN("'ForAllValues:StringEquals':{'aws:TagKeys':['a','b']}"),
	 .context = {{"aws:TagKeys", {"a", "b"}}}, .want = DENIED},
	{"several values, no set operator: one of them",
	 WHEN("'StringEquals':{'aws:TagKeys':'b'}"),
	 .context = {{"aws:TagKeys", {"a", "b"}}}, .want = YES},
	{"several values, no set operator, negated: none of them",
	 WHEN("'StringNotEquals':{'aws:TagKeys':'b'}"),
	 .context = {{"aws:TagKeys", {"a", "b"}}}, .want = NO},

	/* ---- variables ---- */
	{"a variable in a resource",
	 ON("'Resource':'arn:aws:ec2:*:*:instance/${ec2:ResourceTag/id}'"),
	 .context = {{"ec2:ResourceTag/id", {"i-0123456789abcdef0"}}}, .want = YES},
	{"a variable that is another",
	 ON("'Resource':'arn:aws:ec2:*:*:instance/${ec2:ResourceTag/id}'"),
	 .context = {{"ec2:ResourceTag/id", {"i-1"}}}, .want = NO},
	{"a variable's star is a star",
	 ON("'Resource':'arn:aws:ec2:*:*:instance/${ec2:ResourceTag/id}'"),
	 .context = {{"ec2:ResourceTag/id", {"*"}}}, .want = NO},
	{"a variable that is missing",
	 ON("'Resource':'arn:aws:ec2:*:*:instance/${ec2:ResourceTag/id}'"), .want = NO},
	{"a variable that is missing, in NotResource",
	 ON("'NotResource':'arn:aws:ec2:*:*:instance/${ec2:ResourceTag/id}'"), .want = NO},
	{"a variable that is missing, and another resource that matches",
	 ON("'Resource':['arn:aws:ec2:*:*:instance/${ec2:ResourceTag/id}','*']"), .want = YES},
	{"a variable in a condition",
	 WHEN("'StringEquals':{'ec2:ResourceTag/owner':'${aws:username}'}"),
	 .context = {{"ec2:ResourceTag/owner", {"alice"}}}, .want = YES},
	{"a variable in a condition, of another",
	 WHEN("'StringEquals':{'ec2:ResourceTag/owner':'${aws:username}'}"),
	 .context = {{"ec2:ResourceTag/owner", {"bob"}}}, .want = NO},
	{"a variable among other letters",
	 WHEN("'StringLike':{'ec2:ResourceTag/owner':'*-${aws:username}-?'}"),
	 .context = {{"ec2:ResourceTag/owner", {"team-alice-1"}}}, .want = YES},
	{"a variable that is missing, of a negated operator",
	 WHEN("'StringNotEquals':{'ec2:ResourceTag/owner':'${aws:PrincipalTag/x}'}"),
	 .context = {{"ec2:ResourceTag/owner", {"bob"}}}, .want = NO},
	{"what holds where a variable is missing",
	 WHEN("'StringEquals':{'ec2:ResourceTag/team':'${aws:PrincipalTag/team, 'all'}'}"),
	 .context = {{"ec2:ResourceTag/team", {"all"}}}, .want = YES},
	{"what would hold if a variable were missing",
	 WHEN("'StringEquals':{'ec2:ResourceTag/team':'${aws:username, 'all'}'}"),
	 .context = {{"ec2:ResourceTag/team", {"all"}}}, .want = NO},
	{"a variable of several values has none",
	 WHEN("'StringEquals':{'ec2:ResourceTag/a':'${aws:TagKeys}'}"),
	 .context = {{"ec2:ResourceTag/a", {"x"}}, {"aws:TagKeys", {"x", "y"}}}, .want = NO},
	{"the case of a variable's key does not count",
	 WHEN("'StringEquals':{'ec2:ResourceTag/owner':'${AWS:UserName}'}"),
	 .context = {{"ec2:ResourceTag/owner", {"alice"}}}, .want = YES},
	{"a star that is meant", WHEN("'StringLike':{'ec2:ResourceTag/a':'x${*}'}"),
	 .context = {{"ec2:ResourceTag/a", {"xy"}}}, .want = NO},
	{"a star that is meant, and there", WHEN("'StringLike':{'ec2:ResourceTag/a':'x${*}'}"),
	 .context = {{"ec2:ResourceTag/a", {"x*"}}}, .want = YES},
	{"a dollar that is meant", WHEN("'StringEquals':{'ec2:ResourceTag/a':'${$}{b}${?}'}"),
	 .context = {{"ec2:ResourceTag/a", {"${b}?"}}}, .want = YES},
	{"no variables before 2012",
	 "{'Version':'2008-10-17','Statement':{'Effect':'Allow','Action':'*','Resource':'*',"
	 "'Condition':{'StringEquals':{'ec2:ResourceTag/owner':'${aws:username}'}}}}",
	 .context = {{"ec2:ResourceTag/owner", {"alice"}}}, .want = NO},
	{"no variables without a version: the text is the text",
	 "{'Statement':{'Effect':'Allow','Action':'*','Resource':'*',"
	 "'Condition':{'StringEquals':{'ec2:ResourceTag/owner':'${aws:username}'}}}}",
	 .context = {{"ec2:ResourceTag/owner", {"${aws:username}"}}}, .want = YES},
	{"a variable in an ARN of a condition",
	 WHEN("'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::*:user/${ec2:ResourceTag/owner}'}"),
	 .context = {{"ec2:ResourceTag/owner", {"alice"}}}, .want = YES},

	/* ---- keys that follow from the call ---- */
	{"aws:username", WHEN("'StringEquals':{'aws:username':'alice'}"), .want = YES},
	{"aws:userid", WHEN("'StringLike':{'aws:userid':'AIDA*'}"), .want = YES},
	{"aws:PrincipalAccount", WHEN("'StringEquals':{'aws:PrincipalAccount':'000000000000'}"),
	 .want = YES},
	{"aws:PrincipalType", WHEN("'StringEquals':{'aws:PrincipalType':'User'}"), .want = YES},
	{"aws:RequestedRegion", WHEN("'StringEquals':{'aws:RequestedRegion':'local'}"), .want = YES},
	{"ec2:Region", WHEN("'StringEquals':{'ec2:Region':'elsewhere'}"), .want = NO},
	{"aws:UserAgent", WHEN("'StringLike':{'aws:UserAgent':'aws-cli/*'}"), .want = YES},
	{"a call cannot say who it is", WHEN("'StringEquals':{'aws:username':'bob'}"),
	 .context = {{"aws:username", {"bob"}}}, .want = NO},
};

/* clang-format on */

static size_t fill_context(const struct judged *c, struct access_key_values keys[KEYS])
{
	size_t count = 0;

	for (; count < KEYS && c->context[count].key; count++) {
		keys[count].key = c->context[count].key;
		keys[count].values = c->context[count].values;
		keys[count].count = 0;
		while (keys[count].count < VALUES && c->context[count].values[keys[count].count])
			keys[count].count++;
	}
	return count;
}

static void each_case_is_judged_as_iam_does(void **state)
{
	static const struct access_principal alice = {"alice", "AIDAEXAMPLE", "AKIDEXAMPLE",
						      "arn:aws:iam::000000000000:user/alice"};
	static const struct access_origin origin = {"192.0.2.7", "aws-cli/2.9.19 Python", true};
	struct dint_error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct judged *c = &cases[i];
		CLEANUP(free_ptr) char *json = c->policy ? json_of(c->policy) : NULL;
		struct access_key_values keys[KEYS];
		struct access_question question = {
			.principal = &alice,
			.action = c->action ? c->action : SEND,
			.resource = c->resource ? c->resource : WEB1,
			.origin = &origin,
			.context = keys,
			.context_count = fill_context(c, keys),
		};
		struct context context = {&question, "local", "000000000000", NOW_US};
		struct policy *policy = NULL;
		enum access_verdict verdict;

		if (json && !policy_parse(json, strlen(json), &policy, &err))
			fail_msg("%s: %s", c->name, err.message);
		verdict = policy_judge(policy, &context, NULL);
		if ((int)verdict != c->want)
			fail_msg("%s: %d, wanted %d", c->name, verdict, c->want);
		policy_free(policy);
	}
}

static void the_statement_that_decided_is_told(void **state)
{
	static const char json[] =
		"{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"},"
		"{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}";
	static const struct access_principal alice = {"alice", "A", "A", "arn"};
	struct access_question question = {.principal = &alice, .action = SEND, .resource = "*"};
	struct context context = {&question, "local", "000000000000", NOW_US};
	struct policy *policy = NULL;
	struct dint_error err;
	size_t statement;

	(void)state;
	assert_works(policy_parse(json, strlen(json), &policy, &err), &err);
	assert_int_equal(policy_judge(policy, &context, &statement), ACCESS_ALLOWED);
	assert_int_equal(statement, 2);
	question.action = "none:Such";
	assert_int_equal(policy_judge(NULL, &context, &statement), ACCESS_NOT_ALLOWED);
	assert_int_equal(statement, 0);
	policy_free(policy);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_case_is_judged_as_iam_does),
		cmocka_unit_test(the_statement_that_decided_is_told),
	};

	printf("%zu cases judged\n", ARRAY_SIZE(cases));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
