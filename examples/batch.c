/* Prints a JSON record for each page of a directory, in order:  cc batch.c $(pkg-config --cflags --libs makala-io) */
#include <makala_io.h>
#include <stdio.h>

/* On a worker's thread: makes the record of one page. */
static void work(void *user, mk_page *page, const mk_io_item *item, mk_io_result *result)
{
	(void)user, (void)item;
	if (mk_json(page, 0, 0, &result->document) != MK_OK)
		result->error.status = MK_IO_NO_MEMORY;
}

/* On the main thread, page after page: prints it. */
static bool deliver(void *user, const mk_io_item *item, const mk_io_result *result)
{
	(void)user;
	if (result->error.status)
		fprintf(stderr, "%s: %s\n", item->name, result->error.message);
	else
		printf("%.*s\n", (int)result->document.len, result->document.p);
	return !ferror(stdout);
}

int main(int argc, char **argv)
{
	mk_io_options options;
	mk_io_options_init(&options);
	options.n_workers = 2;
	options.work = work;
	options.deliver = deliver;
	mk_io_sources *pages = mk_io_sources_new(NULL);
	mk_io_status status = MK_IO_NO_MEMORY;
	if (pages && argc == 2 && mk_io_sources_add(pages, argv[1]) == MK_IO_OK)
		status = mk_io_run(pages, &options, NULL);
	mk_io_sources_free(pages);
	return status != MK_IO_OK;
}
