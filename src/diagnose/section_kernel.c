/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report's "kernel": which kernel, on which machine, since when. */
#include <inttypes.h>
#include <string.h>

#include "diagnose/report_internal.h"
#include "kernel/build_id.h"
#include "kernel/modules.h"
#include "kernel/percpu.h"
#include "kernel/since_boot.h"

static const struct vmcoreinfo *info_of(const struct report *report)
{
	if (report->kernel)
		return kernel_vmcoreinfo(report->kernel);
	return report->has_said ? &report->said : NULL;
}

static const char *info_text(const struct report *report, const char *key)
{
	const struct vmcoreinfo *info = info_of(report);

	return info ? vmcoreinfo_text(info, key) : NULL;
}

/* A string, or null with a gap. */
static void put_or_gap(struct report *report, struct json_writer *w, const char *key,
		       const char *what, const char *value, const char *why)
{
	if (!value || !*value) {
		json_put_null(w, key);
		gaps_add(&report->gaps, what, "%s", why);
		return;
	}
	json_put_string(w, key, value);
}

static void put_build_id(struct report *report, struct json_writer *w)
{
	struct dint_error err = {0};
	char id[BUILD_ID_TEXT] = "";

	if (report->kernel && !build_id_text(report->kernel, id, &err))
		id[0] = '\0';
	put_or_gap(report, w, "build_id", "kernel.build_id", id,
		   report->kernel ? err.message : report->why_no_kernel);
}

/* Which kernel: from memory where it could be proven, else as the file's headers say. */
static void put_names(struct report *report, struct json_writer *w)
{
	const struct dump_facts *facts = dump_facts(report->dump);
	const struct kernel_uts *uts = report->kernel ? kernel_uts(report->kernel) : NULL;
	const char *release = info_text(report, "OSRELEASE");
	const char *why = uts ? "empty in the kernel" : report->why_no_kernel;

	put_or_gap(report, w, "release", "kernel.release",
		   uts	     ? uts->release
		   : release ? release
			     : facts->release,
		   why);
	put_or_gap(report, w, "version", "kernel.version", uts ? uts->version : facts->version,
		   why);
	put_build_id(report, w);
	put_or_gap(report, w, "architecture", "kernel.architecture",
		   uts ? uts->machine : facts->machine, why);
	put_or_gap(report, w, "hostname", "kernel.hostname", uts ? uts->nodename : facts->hostname,
		   why);
}

static void put_boot_time(struct report *report, struct json_writer *w)
{
	struct dint_error err = {0};
	char text[CLOCK_TEXT] = "";
	uint64_t us = 0;

	if (report->kernel && boot_time_us(report->kernel, &us, &err))
		clock_text(us, text);
	put_or_gap(report, w, "boot_time", "kernel.boot_time", text,
		   report->kernel ? err.message : report->why_no_kernel);
}

/* The log's time of the panic; without one, the clock's last update. */
static void put_uptime(struct report *report, struct json_writer *w)
{
	struct dint_error err = {0};
	uint64_t seconds = 0;

	if (report->log.panic.panicked) {
		json_put_micros(w, "uptime_s", report->log.panic.time_ns / 1000);
	} else if (report->kernel && uptime_s(report->kernel, &seconds, &err)) {
		json_put_u64(w, "uptime_s", seconds);
	} else {
		json_put_null(w, "uptime_s");
		gaps_add(&report->gaps, "kernel.uptime_s", "%s",
			 report->kernel ? err.message : report->why_no_kernel);
	}
}

/* The CPUs that came up at boot, as the log has it, else those that are present. */
static void put_cpus(struct report *report, struct json_writer *w)
{
	struct cpu_set present = {0};
	struct dint_error err = {0};

	if (report->log.cpus) {
		json_put_u64(w, "cpus", report->log.cpus);
	} else if (report->kernel && cpus_read(report->kernel, CPUS_PRESENT, &present, &err)) {
		json_put_u64(w, "cpus", cpu_set_count(&present));
	} else {
		json_put_null(w, "cpus");
		gaps_add(&report->gaps, "kernel.cpus", "%s",
			 report->kernel ? err.message : report->why_no_kernel);
	}
}

/* One letter each, as the kernel prints them. */
static void put_taints(struct report *report, struct json_writer *w)
{
	char letters[MODULE_TAINTS_BYTES] = "";
	struct dint_error err = {0};
	uint64_t taints = 0;

	if (!report->kernel || !kernel_taints(report->kernel, &taints, &err)) {
		json_put_null(w, "taints");
		gaps_add(&report->gaps, "kernel.taints", "%s",
			 report->kernel ? err.message : report->why_no_kernel);
		return;
	}
	module_taint_letters(taints, letters);
	json_open_array(w, "taints");
	for (const char *c = letters; *c; c++)
		json_put_string(w, NULL, (const char[]){*c, '\0'});
	json_close(w);
}

static void put_times(struct report *report, struct json_writer *w)
{
	char text[CLOCK_TEXT] = "";

	if (report->crash_time_s)
		clock_text(report->crash_time_s * 1000000, text);
	put_boot_time(report, w);
	put_or_gap(report, w, "crash_time", "kernel.crash_time", text,
		   "the kernel leaves a crash time only when it panics with kdump loaded");
	put_uptime(report, w);
}

static void put_layout(struct report *report, struct json_writer *w)
{
	const struct vmcoreinfo *info = info_of(report);
	uint64_t offset = 0;
	struct dint_error err;

	if (info && vmcoreinfo_hex(info, "KERNELOFFSET", &offset, &err)) {
		json_put_address(w, "kaslr_offset", offset);
	} else {
		json_put_null(w, "kaslr_offset");
		gaps_add(&report->gaps, "kernel.kaslr_offset", "VMCOREINFO has no KERNELOFFSET");
	}
	if (report->kernel) {
		json_put_u64(w, "page_levels", kernel_paging(report->kernel)->levels);
	} else {
		json_put_null(w, "page_levels");
		gaps_add(&report->gaps, "kernel.page_levels", "%s", report->why_no_kernel);
	}
	json_put_u64(w, "page_size", dump_facts(report->dump)->page_bytes);
}

/* Why something that the log would tell is not known. */
static const char *log_lacks(const struct report *report, const char *why)
{
	return report->log.read ? why : "no kernel log";
}

void section_kernel(struct report *report, struct json_writer *w)
{
	json_open_object(w, "kernel");
	put_names(report, w);
	put_cpus(report, w);
	put_times(report, w);
	put_taints(report, w);
	put_or_gap(report, w, "cmdline", "kernel.cmdline", report->log.cmdline,
		   log_lacks(report, "the log no longer has it, or not whole"));
	put_layout(report, w);
	json_close(w);
}
