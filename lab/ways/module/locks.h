/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The locks of a module, which has listed them as LOCKS: each a symbol of its own, or (names.h may
 * say ALLOCATED) together in an object from the slab. AT(lock_0) is where one is; the parameter
 * `places` tells the lab, which could not find an object.
 */
#ifdef ALLOCATED
#define MEMBER(type, name) type name;
static struct {
	char before[72];
	LOCKS(MEMBER)
	char after[24];
} * allocated;
#define AT(name) (&allocated->name)
#else
#define SYMBOL(type, name) static type name;
LOCKS(SYMBOL)
#define AT(name)	   (&name)
#endif

static unsigned long places[4];
static int place_count;
module_param_array(places, ulong, &place_count, 0400);

#define PLACE(type, name) places[place_count++] = (unsigned long)AT(name);

static int locks_make(void)
{
#ifdef ALLOCATED
	allocated = kzalloc(sizeof(*allocated), GFP_KERNEL);
	if (!allocated)
		return -ENOMEM;
#endif
	LOCKS(PLACE)
	return 0;
}
