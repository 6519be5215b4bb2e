/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The CPUs that are there: what each was doing, and its registers where somebody saved them.
 *
 * Registers: the kernel's own crash notes, which each CPU writes when kdump stops it; else the
 * notes of the hypervisor that made the dump. The dump's notes are numbered as whoever wrote them
 * counts, so QEMU's are held to what they say of per-CPU memory.
 */
#pragma once
#include "kernel/arch.h"
#include "kernel/percpu.h"

enum cpu_registers_from {
	REGISTERS_NONE,
	REGISTERS_CRASH_NOTE, /* the kernel's */
	REGISTERS_HYPERVISOR,
};

struct cpu {
	unsigned number;
	kva_t current_task, idle_task; /* 0: not known */
	enum cpu_registers_from from;
	struct registers registers;
	struct stack_areas stacks; /* the CPU's own; the task's is not among them */
	uint64_t clock_ns;	   /* its run queue's clock; 0: not known */
	uint64_t clock_task_ns;	   /* the same less what interrupts and the hypervisor took */
	bool has_tick;
	uint64_t tick_ns;  /* when its tick was last due, CLOCK_MONOTONIC */
	bool tick_stopped; /* idle without one */
	bool online;
};

struct cpus;

/* DINT_UNSUPPORTED where the kernel has no symbols or no types. */
bool cpus_open(const struct kernel *kernel, struct cpus **cpus, struct dint_error *err);
void cpus_close(struct cpus *cpus);
DEFINE_CLEANUP(cpus_close, struct cpus *)
size_t cpus_count(const struct cpus *cpus);
/* By position, in the order of numbers. */
const struct cpu *cpus_get(const struct cpus *cpus, size_t i);
/* By number; NULL: no such. */
const struct cpu *cpus_find(const struct cpus *cpus, unsigned number);
/* The latest time that any CPU's scheduler knew; 0: not known. */
uint64_t cpus_now_ns(const struct cpus *cpus);
/* When a task last ran, on the scheduler's clock; 0: not known. With CONFIG_SCHED_INFO it is when
 * it was last given a CPU, else when its time on it was last counted. */
struct task;
uint64_t cpus_last_ran_ns(const struct cpus *cpus, const struct task *task);
/* The latest time that a tick was due. */
uint64_t cpus_tick_now_ns(const struct cpus *cpus);
