/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../dumps.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "base/units.h"
#include "dump/dump.h"
#include "dump/kdump_header.h"

/* The same pages in three files. */
static const char *const same_pages[] = {"pages", "pages-zlib", "pages-flattened"};

static const struct {
	pfn_t pfn;
	enum page_state want;
} states[] = {
	{0, PAGE_ZERO},	     {1, PAGE_PRESENT}, {8, PAGE_ABSENT},
	{12, PAGE_EXCLUDED}, {20, PAGE_LOST},	{21, PAGE_PRESENT},
	{63, PAGE_ZERO},     {64, PAGE_ABSENT}, {1 << 20, PAGE_ABSENT},
};

static const struct {
	phys_t at;
	size_t n;
	const char *want; /* NULL: refused */
	enum dint_code code;
	const char *refusal;
} reads[] = {
	{0x1000, 14, "the first page", 0, NULL},
	{0x1ffc, 16, "across two pages", 0, NULL},
	{0x5ff8, 12, "\0\0\0\0\0\0\0\0\0\0\0", 0, NULL},
	{0x8000, 1, NULL, DINT_NOT_FOUND, "page 0x8: no such RAM"},
	{0xc000, 1, NULL, DINT_NOT_FOUND, "page 0xc: filtered out of the dump (dump level 31)"},
	{0x14000, 1, NULL, DINT_CORRUPT, "page 0x14: the page was not written"},
	{0x15000, 1, NULL, DINT_CORRUPT, "page 0x15: 100 bytes of zlib do not unpack to 4096"},
	{0x7fff, 2, NULL, DINT_NOT_FOUND, "page 0x8"},
	{UINT64_MAX, 2, NULL, DINT_NOT_FOUND, "no physical address"},
};

static void check_reads(struct dump *dump)
{
	for (size_t i = 0; i < ARRAY_SIZE(reads); i++) {
		struct dint_error err;
		char got[32] = "";

		if (reads[i].want) {
			assert_works(dump_read(dump, reads[i].at, got, reads[i].n, &err), &err);
			assert_memory_equal(got, reads[i].want, reads[i].n);
		} else {
			assert_refused(dump_read(dump, reads[i].at, got, reads[i].n, &err), &err,
				       reads[i].code, reads[i].refusal);
		}
	}
}

static void pages_are_told_apart(void **state)
{
	(void)state;
	for (size_t file = 0; file < ARRAY_SIZE(same_pages); file++) {
		CLEANUP(close_fd) int fd = open_small_dump(same_pages[file]);
		CLEANUP(dump_close_ptr) struct dump *dump = NULL;
		struct dump_counts counts;
		struct dint_error err;

		assert_works(dump_open(fd, &dump, &err), &err);
		for (size_t i = 0; i < ARRAY_SIZE(states); i++)
			assert_int_equal(dump_page_state(dump, states[i].pfn), states[i].want);
		check_reads(dump);
		dump_count(dump, &counts);
		assert_int_equal(counts.ram, 60);
		assert_int_equal(counts.present, 55);
		assert_int_equal(counts.excluded, 4);
		assert_int_equal(counts.lost, 1);
		assert_int_equal(dump_facts(dump)->completeness, DUMP_INCOMPLETE);
		assert_int_equal(dump_facts(dump)->cpu_registers, 1);
	}
}

/* The dump itself when page 1 was not what it should be. */
static void *read_all_pages(void *dump)
{
	struct dint_error err;
	char page[4096];
	void *wrong = NULL;

	for (unsigned round = 0; round < 20; round++)
		for (pfn_t pfn = 0; pfn < 64; pfn++)
			if (dump_read(dump, pfn << 12, page, sizeof(page), &err) && pfn == 1 &&
			    strncmp(page, "the first page", 14) != 0)
				wrong = dump;
	return wrong;
}

static void several_threads_may_read(void **state)
{
	CLEANUP(close_fd) int fd = open_small_dump("pages-flattened");
	CLEANUP(dump_close_ptr) struct dump *dump = NULL;
	struct dint_error err;
	pthread_t threads[4];
	void *wrong = NULL;

	(void)state;
	assert_works(dump_open(fd, &dump, &err), &err);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_all_pages, dump), 0);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
		pthread_join(threads[i], &wrong);
		assert_null(wrong);
	}
}

/* One field of a good file changed. */
static const struct {
	const char *name;
	size_t at;
	const char *bytes;
	size_t n;
	enum dint_code code;
	const char *refusal;
} broken[] = {
	{"a newer version", 8, "\x07\0\0\0", 4, DINT_UNSUPPORTED, "version 7"},
	{"no page size", 428, "\0\0\0\0", 4, DINT_CORRUPT, "pages of 0 bytes"},
	{"an odd page size", 428, "\x01\x10\0\0", 4, DINT_CORRUPT, "pages of 4097 bytes"},
	{"big-endian", 428, "\0\0\x10\0", 4, DINT_UNSUPPORTED, "big-endian"},
	{"no sub header", 432, "\0\0\0\0", 4, DINT_CORRUPT, "0 blocks of sub header"},
	{"no bitmap", 436, "\0\0\0\0", 4, DINT_CORRUPT, "0 of bitmap"},
	{"a bitmap behind the end", 436, "\0\0\0\x10", 4, DINT_CORRUPT,
	 "page bitmaps of 1099511627776 bytes in a file of"},
	{"more pages than bitmap", 4096 + 96, "\xff\xff\xff\0\0\0\0\0", 8, DINT_CORRUPT,
	 "2 blocks of bitmap for 16777215 pages"},
	{"more pages than there can be", 4096 + 96, "\xff\xff\xff\xff\xff\xff\xff\xff", 8,
	 DINT_CORRUPT, "the most is 8589934592"},
	{"no pages", 4096 + 96, "\0\0\0\0\0\0\0\0", 8, DINT_CORRUPT, "0 pages"},
	{"a part without pages", 4096 + 12, "\x01\0\0\0", 4, DINT_CORRUPT,
	 "a part of a split dump with pages 0 to 0"},
	{"two codecs", 424, "\x03\0\0\0", 4, DINT_UNSUPPORTED, "unknown way (status 0x3)"},
};

static void headers_that_make_no_sense_are_refused(void **state)
{
	CLEANUP(close_fd) int good = open_small_dump("pages");
	CLEANUP(buffer_done) struct buffer bytes = {0};
	struct dint_error err;

	(void)state;
	read_all(good, &bytes);
	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
		CLEANUP(close_fd) int fd = file_of_bytes(bytes.bytes, bytes.size);
		CLEANUP(dump_close_ptr) struct dump *dump = NULL;

		assert_int_equal(pwrite(fd, broken[i].bytes, broken[i].n, (off_t)broken[i].at),
				 broken[i].n);
		assert_refused(dump_open(fd, &dump, &err), &err, broken[i].code, broken[i].refusal);
	}
}

/* Wherever a file is cut: refused in words, or opened and said to be truncated. */
static void a_cut_file_is_refused_or_known(void **state)
{
	CLEANUP(buffer_done) struct buffer bytes = {0};
	struct dint_error err;

	(void)state;
	for (size_t file = 0; file < ARRAY_SIZE(same_pages); file++) {
		CLEANUP(close_fd) int good = open_small_dump(same_pages[file]);

		read_all(good, &bytes);
		for (size_t cut = 1; cut < bytes.size; cut += bytes.size / 300 + 1) {
			CLEANUP(close_fd) int fd = file_of_bytes(bytes.bytes, cut);
			CLEANUP(dump_close_ptr) struct dump *dump = NULL;

			if (!dump_open(fd, &dump, &err))
				assert_true(err.code == DINT_CORRUPT ||
					    (cut < 4096 && err.code == DINT_UNSUPPORTED));
			else
				assert_int_equal(dump_facts(dump)->completeness, DUMP_TRUNCATED);
			if (dump)
				read_all_pages(dump);
		}
	}
}

/* Only the process that reads is lost. */
static void a_file_cut_under_the_reader_kills_it(void **state)
{
	CLEANUP(close_fd) int good = open_small_dump("pages");
	CLEANUP(buffer_done) struct buffer bytes = {0};
	int status = 0;

	(void)state;
	read_all(good, &bytes);
	CLEANUP(close_fd) int fd = file_of_bytes(bytes.bytes, bytes.size);
	pid_t child = fork();

	if (child == 0) {
		struct dump *dump = NULL;
		struct dint_error err;

		signal(SIGBUS, SIG_DFL); /* cmocka and the sanitizers catch it */
		if (!dump_open(fd, &dump, &err) || ftruncate(fd, 4096) < 0)
			_exit(0);
		read_all_pages(dump);
		_exit(0);
	}
	waitpid(child, &status, 0);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
}

static const struct {
	const char *name, *bytes;
	size_t n;
	enum dint_code code;
	const char *refusal;
} strangers[] = {
	{"text", "hello", 5, DINT_UNSUPPORTED,
	 "not a dump that we know (it starts with 68 65 6c 6c)"},
	{"one byte", "x", 1, DINT_UNSUPPORTED, "it starts with 78 00 00 00"},
	{"a migration stream", "QEVM\0\0\0\3", 8, DINT_UNSUPPORTED,
	 "not a dump: take a dump with QMP's"},
	{"libvirt's save image", "LibvirtQemudSave", 16, DINT_UNSUPPORTED, "a libvirt save image"},
	{"Windows", "PAGEDU64", 8, DINT_UNSUPPORTED, "a crash dump of Windows"},
	{"VMware", "\xd2\xbe\xd2\xbe\x08\0\0\0", 8, DINT_UNSUPPORTED,
	 "a VMware checkpoint: vmss2core"},
	{"qcow2", "QFI\xfb", 4, DINT_UNSUPPORTED, "a qcow2 disk image"},
	{"gzip's magic", "\x1f\x8b\x08", 3, DINT_CORRUPT, "gzip: the compressed stream's header"},
	{"half an ELF header",
	 "\x7f"
	 "ELF\2",
	 5, DINT_CORRUPT, "ends in its ELF header"},
	{"half a LiME header", "EMiL\1\0\0\0", 8, DINT_CORRUPT, "holds no memory"},
	{"half a signature", "KDUMP", 5, DINT_UNSUPPORTED, "not a dump that we know"},
};

static void strangers_are_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(strangers); i++) {
		CLEANUP(close_fd) int fd = file_of_bytes(strangers[i].bytes, strangers[i].n);
		CLEANUP(dump_close_ptr) struct dump *dump = NULL;
		struct dint_error err;

		assert_refused(dump_open(fd, &dump, &err), &err, strangers[i].code,
			       strangers[i].refusal);
	}
}

static void what_is_no_file_is_refused(void **state)
{
	CLEANUP(close_fd) int empty = file_of_bytes("", 0);
	CLEANUP(close_fd) int folder = open("/", O_RDONLY | O_CLOEXEC);
	CLEANUP(dump_close_ptr) struct dump *dump = NULL;
	struct dint_error err;

	(void)state;
	assert_refused(dump_open(empty, &dump, &err), &err, DINT_CORRUPT, "the file is empty");
	assert_refused(dump_open(folder, &dump, &err), &err, DINT_BAD_REQUEST, "not a file");
	assert_refused(dump_open(-1, &dump, &err), &err, DINT_SYSTEM, "Bad file descriptor");
}

static const struct {
	const char *name;
	uint64_t at;
	uint32_t size, flags;
	const char *refusal;
} descs[] = {
	{"packed", 5000, 100, 1, NULL},
	{"as it is", 5000, 4096, 0, NULL},
	{"larger than a page", 5000, 4097, 1, "page of 4097 bytes, the most is 4096"},
	{"short and not packed", 5000, 100, 0, "page of 100 bytes that is not packed"},
};

static void descriptors_have_limits(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(descs); i++) {
		CLEANUP(buffer_done) struct buffer bytes = {0};
		struct page_desc desc;
		struct dint_error err;

		buffer_add_u64(&bytes, descs[i].at);
		buffer_add_u32(&bytes, descs[i].size);
		buffer_add_u32(&bytes, descs[i].flags);
		buffer_add_u64(&bytes, 0);
		if (descs[i].refusal)
			assert_refused(page_desc_decode(bytes.bytes, 4096, &desc, &err), &err,
				       DINT_CORRUPT, descs[i].refusal);
		else
			assert_works(page_desc_decode(bytes.bytes, 4096, &desc, &err), &err);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_told_apart),
		cmocka_unit_test(several_threads_may_read),
		cmocka_unit_test(headers_that_make_no_sense_are_refused),
		cmocka_unit_test(a_cut_file_is_refused_or_known),
		cmocka_unit_test(a_file_cut_under_the_reader_kills_it),
		cmocka_unit_test(strangers_are_named),
		cmocka_unit_test(what_is_no_file_is_refused),
		cmocka_unit_test(descriptors_have_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
