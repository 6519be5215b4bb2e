/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding the return addresses that tracers took. */
#include "kernel/stack_return.h"

#include "base/cursor.h"
#include "kernel/list.h"
#include "kernel/symbols.h"

#define GRAPH_BYTES                                                                   \
	4096 /* of ret_stack: SHADOW_STACK_SIZE, and more than 50 entries before 6.12 \
	      */

static kva_t find(const struct kernel *kernel, const char *const *names)
{
	struct dint_error ignored;
	struct symbol symbol;

	return symbol_first(kernel, names, NULL, &symbol, &ignored) ? symbol.address : 0;
}

static void open_graph(const struct kernel *kernel, struct stack_return *returns)
{
	static const char *const names[] = {"return_to_handler", NULL};
	struct dint_error ignored;

	if (member_find(kernel, "task_struct", "ret_stack", &returns->graph_stack, &ignored) &&
	    member_find(kernel, "ftrace_ret_stack", "ret", &returns->graph_ret, &ignored) &&
	    member_find(kernel, "ftrace_ret_stack", "retp", &returns->graph_place, &ignored))
		returns->graph = find(kernel, names);
}

static void open_probes(const struct kernel *kernel, struct stack_return *returns)
{
	static const char *const names[] = {"arch_rethook_trampoline", "__kretprobe_trampoline",
					    "kretprobe_trampoline", NULL};
	static const char node[] = "rethook_node|kretprobe_instance";
	struct dint_error ignored;

	if (member_find(kernel, "task_struct", "rethooks.first|kretprobe_instances.first",
			&returns->nodes, &ignored) &&
	    member_find(kernel, node, "llist", &returns->node_link, &ignored) &&
	    member_find(kernel, node, "ret_addr", &returns->node_return, &ignored) &&
	    member_find(kernel, node, "frame|fp", &returns->node_frame, &ignored))
		returns->probe = find(kernel, names);
}

void stack_return_open(const struct kernel *kernel, struct stack_return *returns)
{
	*returns = (struct stack_return){.kernel = kernel};
	open_graph(kernel, returns);
	open_probes(kernel, returns);
}

/* An array of entries, from 6.12 on a stack of words with entries among them: the word that is the
 * place on the stack tells where its entry is. */
static bool from_graph(const struct stack_return *returns, kva_t task, kva_t slot, kva_t *ip)
{
	uint64_t back = returns->graph_place.offset - returns->graph_ret.offset;
	uint8_t bytes[GRAPH_BYTES] = {0};
	struct cursor c = cursor_over(bytes, sizeof(bytes));
	struct dint_error ignored;
	kva_t stack = 0;

	if (!member_ptr(returns->kernel, &returns->graph_stack, task, &stack, &ignored) || !stack ||
	    !kernel_read(returns->kernel, stack, bytes, sizeof(bytes), &ignored))
		return false;
	for (uint64_t at = 0; at < sizeof(bytes); at += 8) {
		if (cursor_u64(&c) != slot || at < back)
			continue;
		cursor_seek(&c, at - back);
		*ip = cursor_u64(&c);
		return true;
	}
	return false;
}

/* Of several probes on one function the first that was set has the real address. */
static bool from_probes(const struct stack_return *returns, kva_t task, kva_t slot, kva_t *ip)
{
	struct list_walk walk = hlist_begin(returns->kernel, member_at(&returns->nodes, task),
					    STACK_RETURN_NODES_MAX);
	struct dint_error ignored;
	kva_t link = 0, frame = 0, back = 0;

	while (list_next(&walk, &link)) {
		kva_t node = member_container(&returns->node_link, link);

		if (member_u64(returns->kernel, &returns->node_frame, node, &frame, &ignored) &&
		    member_u64(returns->kernel, &returns->node_return, node, &back, &ignored) &&
		    frame == slot && back != returns->probe) {
			*ip = back;
			return true;
		}
	}
	return false;
}

bool stack_return_real(const struct stack_return *returns, kva_t task, kva_t slot, kva_t *ip)
{
	if (!task || !*ip)
		return false;
	if (*ip == returns->graph)
		return from_graph(returns, task, slot, ip);
	if (*ip == returns->probe)
		return from_probes(returns, task, slot, ip);
	return false;
}
