/* SPDX-License-Identifier: Apache-2.0 */
/*
 * torture.c - inputs that hung, crashed or emptied other tools: nothing is lost, what hit a budget is flagged, time grows with the
 * input.
 *
 *	torture rows
 *	torture growth [PART PARTS]      every PARTS-th family from PART on
 *	torture once FILE                extracts and writes one page, for growth and for profilers; torture-counted prints its branches
 *
 * growth: each family of hostile input is doubled five times up to 16 MB, and every doubling may multiply the time for extracting
 * and writing everything by less than 2.2.  Time is processor time in memory that is already there, from cold caches.  At some size
 * the data outgrow the caches all the same, and a machine has neighbours; a step over 2.2 is therefore judged by the
 * branches it takes, which the same program counts with a library that was compiled to tell (torture-counted).  The five doublings
 * together have to stay below 2.2 in the mean by the clock in any case; so has memory, which comes in chunks.
 */
#include "../makala.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define DOUBLINGS 5
#define LARGEST ((size_t)16 << 20)
#define RATIO_MOST 2.2
#define RATIO_OF_CACHES 4.0 /* a step may be so slow if its branches are as they should: what is quadratic is slower */
#define ENOUGH_MS 20.0 /* short runs are repeated for so long, and the fastest counts */
#define RUNS_MOST 8
#define PAIRS_MOST 5
#define TRIES_MOST 6 /* for a mean over all doublings that a neighbour has not spoiled */
#define POOL_BYTES ((size_t)8 << 30)
#define POOL_KEPT ((size_t)1 << 30) /* from one family to the next: few want more, and two processes of this kind run side by side */
#define SWEEP_BYTES ((size_t)64 << 20) /* more than the caches */
#define LINE_BYTES 64
#define PAGE_BYTES 4096

static const char *program;
static int passed, failed;

static void check(bool ok, const char *what)
{
	if (ok) {
		passed++;
	} else {
		failed++;
		printf("FAILED %s\n", what);
	}
}

/* ---- Making inputs ---- */

struct text {
	char *p;
	size_t len, cap;
};

static void add(struct text *t, const char *s, size_t len)
{
	if (t->cap < t->len + len + 1) {
		t->cap = 2 * (t->len + len) + 64;
		t->p = realloc(t->p, t->cap);
		if (!t->p)
			exit(2);
	}
	memcpy(t->p + t->len, s, len);
	t->len += len;
	t->p[t->len] = 0;
}

static void add_str(struct text *t, const char *s)
{
	add(t, s, strlen(s));
}

/* Adds s, "\1" standing for a number. */
static void add_numbered(struct text *t, const char *s, size_t number)
{
	for (; *s; s++) {
		char digits[24];
		if (*s == 1)
			add(t, digits, (size_t)snprintf(digits, sizeof digits, "%zu", number));
		else
			add(t, s, 1);
	}
}

/* first, then left n times, middle, right n times.  "\1" in left and right is the number of the turn. */
struct family {
	const char *name, *first, *left, *middle, *right;
};

static const struct family families[] = {
        {"div", "", "<div>", "x", "</div>"},
        {"div, unclosed", "", "<div>", "x", ""},
        {"blockquote", "", "<blockquote>", "x", "</blockquote>"},
        {"blockquote with text", "", "<blockquote>w", "x", "</blockquote>"},
        {"b", "", "<b>", "x", "</b>"},
        {"b in p", "<p>", "<b>a ", "x", "</b>"},
        {"dates", "<h1>x</h1>", "<p>22 October 2022, 3/4/22 ", "", ""},
        {"years", "", "2022 ", "", ""},
        {"time elements", "<h1>x</h1>", "<time datetime=2022-10-22>22 Oct 2022", "x", ""},
        {"question marks", "<h1>x</h1><p class=date>", "?", "x", ""},
        {"JSON-LD quotes", "<script type=application/ld+json>{\"name\":\"", "\" ", "", ""},
        {"JSON-LD commas", "<script type=application/ld+json>{\"name\":\"", "\", ", "", ""},
        {"JSON-LD depth", "<script type=application/ld+json>", "{\"a\":[", "", "]}"},
        {"JSON-LD objects", "<script type=application/ld+json>[", "{\"@type\":\"Article\",\"@id\":\"\1\",\"author\":{\"@id\":\"0\"}},", "", ""},
        {"JSON-LD scripts", "", "<script type=application/ld+json>{\"@id\":\"\1\",\"name\":\"x\"}</script>", "x", ""},
        {"JSON-LD escaped", "<script type=application/ld+json>", "{&quot;a&quot;:", "", ""},
        {"microdata", "<h1>x</h1>", "<b itemscope itemprop=author>", "x", ""},
        {"authors", "<h1>x</h1>", "<a rel=author class=author-name href=/author/\1>By Jane Roe</a> and ", "x", ""},
        {"meta", "", "<meta name=author content='a,b;c'><meta name=keywords content='a,b;c'>", "x", ""},
        {"headings", "<title>a long heading | b</title>", "<h2>a long heading</h2>", "x", ""},
        {"title parts", "<title>", "a | b - c ", "</title>", "<p>a"},
        {"figures", "<p>one", "<figure><img src=\1><figcaption>A dog. Foto: x/y</figcaption></figure>", "<p>two", ""},
        {"pictures", "<p>one", "<div><img src=\1>", "<p>two", ""},
        {"caption", "<p>one<figure><img src=a><figcaption>", "Foto: (", "</figcaption></figure>", ""},
        {"nested lists", "", "<ul><li>a", "x", "</ul>"},
        {"nested ordered lists", "", "<ol><li>a<p>b", "x", "</ol>"},
        {"nested tables", "", "<table><tr><td>a", "x", "</table>"},
        {"nested layout", "", "<table><td><table><td>", "x", ""},
        {"b i, i i, x</b>", "", "<b i><i i>", "", "x</b>"},
        {"i\1 then p", "<p>", "<i a\1>", "</p>", "<p>x"},
        {"font then p", "", "<font size=\1>", "", "<p>x"},
        {"font, p in turn", "", "<p><font size=\1>x", "", ""},
        {"p, unclosed", "<div style='display:none'>", "<p>", "x", ""},
        {"p text", "", "<p>x", "", ""},
        {"/p", "", "</p>", "x", ""},
        {"/x", "<b><b><b><b>", "</x>", "x", ""},
        {"deep b then /x", "", "<b>", "", "</x>"},
        {"deep div then /x", "", "<span>", "", "</y>y"},
        {"a", "", "<a href=x>", "x", ""},
        {"a text", "", "<a href=\1>x", "", ""},
        {"a in div", "", "<a><div>", "x", ""},
        {"a and p", "", "<a><p>x</a>", "", ""},
        {"nobr", "", "<nobr>x", "", ""},
        {"b and div", "", "<b><div>x</b>", "", ""},
        {"b and p children", "<b><p>", "<s>x</s>", "</b>", "<b>y</b>"},
        {"formatting mixed", "", "<b><i><u><p>x</b></i></u>", "", ""},
        {"table text", "", "<table>x", "", ""},
        {"table a", "", "<table><a>x", "", ""},
        {"table b text", "<table>", "<b>x<tr>", "", ""},
        {"table div", "<table>", "<div>x</div>", "", ""},
        {"table comments", "<table>", "x<!-- -->", "", ""},
        {"rows", "<table>", "<tr><td>x", "", ""},
        {"cells", "<table><tr>", "<td>x", "", ""},
        {"cells with heads", "<table><tr><th>h</th></tr><tr>", "<td>x</td>", "", ""},
        {"colspans", "<table>", "<tr><td colspan=9007199254740991>x<td rowspan=65535>y", "", ""},
        {"captions", "<table>", "<caption>x", "", ""},
        {"colgroups", "<table>", "<colgroup><col>", "", ""},
        {"tables", "", "<table><tr><th>a<th>b<tr><td>c<td>d</table>", "", ""},
        {"templates", "", "<template>", "x", "</template>"},
        {"templates in tables", "", "<table><template><tr>", "x", ""},
        {"select option", "<select>", "<option>x", "", ""},
        {"selectedcontent", "<select><button><selectedcontent></button>", "<option selected>x<b>y", "", ""},
        {"selectedcontent in option", "<select>", "<option selected><selectedcontent>x", "", ""},
        {"selects", "", "<select><option>x", "", ""},
        {"optgroups", "<select>", "<optgroup><option>x", "", ""},
        {"svg", "", "<svg>", "x", ""},
        {"svg text", "", "<svg><text>x</text>", "", ""},
        {"svg foreignObject", "", "<svg><foreignObject><p>x", "", ""},
        {"svg leaving", "", "<svg><g><p>x", "", ""},
        {"math", "", "<math><mi>", "x", ""},
        {"math annotation", "", "<math><annotation-xml encoding='text/html'><div>", "x", ""},
        {"cdata", "<svg>", "<![CDATA[x]]>", "", ""},
        {"cdata unclosed", "<svg>", "<![CDATA[x]", "", ""},
        {"many attributes", "<p", " a\1=b", ">x", ""},
        {"same attribute", "<p", " a=b", ">x", ""},
        {"long attribute", "<p title='", "abcdefgh", "'>x", ""},
        {"long attribute with references", "<p title='", "&amp;&#65;&x", "'>x", ""},
        {"tags with attributes", "", "<i a=1 b=2 c=3 d=\1>", "x", ""},
        {"data address", "<img src='data:image/png;base64,", "QUJDREVG", "'>x", ""},
        {"image tags", "", "<img src=a\1.png alt=b>", "x", ""},
        {"amp", "", "&amp", "x", ""},
        {"amp;", "", "&amp;", "x", ""},
        {"ampersands", "", "&", "x", ""},
        {"almost references", "", "&notina;&#x;&#", "x", ""},
        {"less-than", "", "<", "x", ""},
        {"comments unclosed", "", "<!--", "x", ""},
        {"comments", "", "<!-- x -->", "x", ""},
        {"comment dashes", "<!--", "-", "x", ""},
        {"bogus comments", "", "<!x>", "x", ""},
        {"bogus unclosed", "", "<!", "x", ""},
        {"end openers", "", "</", "x", ""},
        {"end nothing", "", "a</>", "x", ""},
        {"instructions", "", "<?a b>", "x", ""},
        {"instructions unclosed", "", "<?a ", "x", ""},
        {"doctypes", "", "<!doctype html>", "x", ""},
        {"script openers", "<script>", "<!--<script>", "x", ""},
        {"script closers", "<script><!--<script>", "</script", "x", ""},
        {"scripts", "", "<script>a</script>", "x", ""},
        {"titles", "", "<title>a</title>", "x", ""},
        {"textareas", "", "<textarea>\n", "x", "</textarea>"},
        {"nul", "", "\2", "x", ""}, /* \2 becomes NUL */
        {"text and nul", "", "a\2", "x", ""},
        {"svg nul", "<svg>", "a\2<g>", "x", ""},
        {"carriage returns", "", "a\r\n", "x", ""},
        {"pre carriage returns", "<pre>", "a\r", "x", ""},
        {"spaces", "<p>", "    ", "x", ""},
        {"words", "<p>", "word ", "x", ""},
        {"one word", "<p>", "wordword", "x", ""},
        {"han", "<p>", "\xE4\xB8\xAD", "x", ""},
        {"bad bytes", "<p>", "\xFF\xC0", "x", ""},
        {"surrogate bytes", "<p>", "\xED\xA0\x80", "x", ""},
        {"dates", "<ul>", "<li>12 May 20\1, 2001, 1999-01-0\1", "", ""},
        {"question marks", "<p>", "?", "x", ""},
        {"distinct tags", "", "<t\1>", "x", ""},
        {"distinct tags closed", "", "<t\1>x</t\1>", "", ""},
        {"long tag name", "<", "tag", ">x", ""},
        {"framesets", "<html>", "<frameset>", "", "x"},
        {"frames", "<frameset>", "<frame><noframes>x</noframes>", "", ""},
        {"bodies", "", "<body a\1=b>", "x", ""},
        {"htmls", "", "<html a\1=b>x", "", ""},
        {"p and table", "", "<p><table>", "x", ""},
        {"headings", "", "<h1>x", "", ""},
        {"headings mis-nested", "", "<h2>x</h3>", "", ""},
        {"list items", "<ul>", "<li>x", "", ""},
        {"dt dd", "<dl>", "<dt>x<dd>y", "", ""},
        {"li in div", "<ul>", "<li><div>", "x", ""},
        {"forms", "", "<form>x", "", ""},
        {"forms closed", "", "<form><div></form>", "x", ""},
        {"buttons", "", "<button>x", "", ""},
        {"buttons in p", "", "<p><button>x", "", ""},
        {"ruby", "<ruby>", "x<rt>y<rp>z", "", ""},
        {"objects", "", "<object>", "x", "</object>"},
        {"objects with b", "", "<b><object>", "x", ""},
        {"br", "", "x<br>", "", ""},
        {"br br", "", "x<br><br>", "", ""},
        {"hr", "", "x<hr>", "", ""},
        {"spans", "<p>", "<span>x</span>", "", ""},
        {"links", "<p>", "<a href=/\1>x</a>", "", ""},
        {"strong", "<p>", "<strong>x</strong>y", "", ""},
        {"code", "<p>", "<code>`</code>", "", ""},
        {"backticks", "<p>", "`", "x", ""},
        {"backticks rising", "<p>", "<code>a```` b</code>", "x", ""},
        {"stars", "<p>", "*a_", "x", ""},
        {"brackets", "<p>", "[![", "x", ""},
        {"pipes", "<table><tr><th>a<th>b<tr><td>", "|", "x", ""},
        {"pre", "", "<pre>```\nx\n</pre>", "", ""},
        {"pre lines", "<pre>", "    x\n", "", ""},
        {"pre in lists", "", "<ul><li><pre>a\nb\n</pre>", "", ""},
        {"quote paragraphs", "<blockquote><blockquote><blockquote>", "<p>x", "", ""},
        {"repeats", "", "<p>one two three four five six seven eight nine", "", ""},
        {"hidden", "", "<div hidden style='display:none'>x</div>", "", ""},
        {"styles", "", "<p style='display : d ; display : d'>x", "", ""},
        {"details", "", "<details><summary>x</summary>", "y", ""},
        {"figures", "", "<figure><img src=x><figcaption>y</figcaption></figure>", "", ""},
        {"noscript", "", "<noscript><p>x", "", ""},
        {"noscript head", "<head>", "<noscript><link></noscript>", "x", ""},
        {"base", "", "<base href=\1><a href=../../x>y</a>", "", ""},
        {"metas", "<head>", "<meta property=og:title content=x\1>", "", ""},
        {"capture: lines", "", "word and word \1\n", "", ""},
        {"capture: entries", "", "* x\1\n", "", ""},
        {"capture: numbers", "", "1. word\n2) words of \1\n\n", "", ""},
        {"capture: broken lines", "", "a line of seventy columns or so, as a text browser would break it there\nto go on here\n", "", ""},
        {"capture: one line", "", "word \1 ", "", ""},
        {"capture: one word", "", "word\1", "", ""},
        {"capture: sentences", "", "word by word it is told.\xC2\xA0 ", "", ""},
        {"capture: glued stops", "", "word by.Word ", "", ""},
        {"capture: Han", "", "\xE6\xBC\xA2\xE5\xAD\x97\n", "", ""},
        {"capture: credits", "", "Foto: one/two\1\n", "", ""},
        {"capture: captions", "", "Who is \1\nFoto: one/two three/four\n\n", "", ""},
        {"capture: colons and slashes", "", "a: b/c ", "", ""},
        {"capture: dates", "", "22 October 2022\nBy Some One\n", "", ""},
        {"capture: copies", "", "The same words in each of the lines, eight or more.\n", "", ""},
        {"capture: empty lines", "", "\n", "", ""},
        {"capture: brackets", "", "a <b < c\n", "", ""},
        {"links to canonical", "<head>", "<link rel=canonical href=/\1>", "", ""},
};

#define N_FAMILIES (sizeof families / sizeof families[0])

static void make(struct text *t, const struct family *f, size_t n)
{
	t->len = 0;
	add_str(t, f->first);
	for (size_t i = 0; i < n; i++)
		add_numbered(t, f->left, i);
	add_str(t, f->middle);
	for (size_t i = 0; i < n && *f->right; i++)
		add_numbered(t, f->right, i);
	for (size_t i = 0; i < t->len; i++)
		if (t->p[i] == 2)
			t->p[i] = 0;
}

/* ---- Measuring ---- */

static double now_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static bool run(mk_page *page, const char *p, size_t len, mk_view view)
{
	mk_options options;
	mk_str out;
	mk_options_init(&options);
	options.url = "https://example.org/";
	options.charset = "utf-8";
	options.view = view;
	options.max_arena_bytes = (size_t)8 << 30; /* time is measured here, not the budget */
	return mk_extract(page, p, len, &options) == MK_OK && mk_text(page, &out) == MK_OK && mk_markdown(page, MK_IMAGES, &out) == MK_OK &&
	       mk_html(page, MK_IMAGES, &out) == MK_OK && mk_json(page, MK_FIELDS_DEFAULT | MK_FIELD_MARKDOWN | MK_FIELD_IMAGES, 0, &out) == MK_OK;
}

/*
 * Memory for the page under test, handed out from its start again for the next.  It is touched beforehand and that time is left
 * out: what the first touch of 4 KB costs is the kernel's affair and the host's, which may have taken the memory back from a
 * virtual machine.  On one it was anything from 2 to 7 microseconds, up to half the time of a family, and made doublings of 1.7 and
 * 2.7 out of 2.0.
 */
static struct {
	char *p;
	size_t at, touched;
	double touching_ms;
} pool;

static void *pool_alloc(void *user, size_t size)
{
	(void)user;
	size = (size + LINE_BYTES - 1) & ~(size_t)(LINE_BYTES - 1);
	if (size > POOL_BYTES - pool.at)
		return NULL;
	char *p = pool.p + pool.at;
	pool.at += size;
	if (pool.at > pool.touched) {
		double start = now_ms();
		for (; pool.touched < pool.at; pool.touched += PAGE_BYTES)
			pool.p[pool.touched] = 1;
		pool.touching_ms += now_ms() - start;
	}
	return p;
}

static void pool_free(void *user, void *memory, size_t size)
{
	(void)user, (void)memory, (void)size;
}

static bool pool_open(void)
{
	pool.p = mmap(NULL, POOL_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return pool.p != MAP_FAILED;
}

/* Gives the memory back to the system. */
static void pool_drop(void)
{
	madvise(pool.p, POOL_BYTES, MADV_DONTNEED);
	pool.touched = 0;
}

/* Fills the caches with something else, or small inputs would find in them what the run before left, and large ones would not. */
static void leave_caches(void)
{
	static char *other;
	static volatile unsigned sum;
	if (!other && !(other = malloc(SWEEP_BYTES)))
		exit(2);
	if (!sum)
		memset(other, 1, SWEEP_BYTES);
	unsigned n = 0;
	for (size_t i = 0; i < SWEEP_BYTES; i += LINE_BYTES)
		n += (unsigned char)other[i];
	sum = n;
}

/* What one input costs: milliseconds, the least of all runs so far, and bytes.  ms is negative when it failed. */
struct cost {
	double ms;
	size_t memory;
};

static void measure_once(struct cost *c, const struct text *t)
{
	leave_caches();
	pool.at = 0;
	pool.touching_ms = 0;
	double start = now_ms();
	mk_page *page = mk_page_new(&(mk_allocator){pool_alloc, pool_free, NULL});
	bool ok = page && run(page, t->p, t->len, MK_VIEW_EVERYTHING);
	double ms = now_ms() - start - pool.touching_ms;
	c->memory = page ? mk_page_memory(page, NULL) : 0;
	mk_page_free(page);
	if (!ok)
		c->ms = -1;
	else if (ms < c->ms)
		c->ms = ms;
}

static struct cost measure(const struct text *t)
{
	struct cost c = {.ms = 1e18};
	for (int i = 0; i < RUNS_MOST && c.ms >= 0 && i * c.ms < ENOUGH_MS; i++)
		measure_once(&c, t);
	return c;
}

/* How many times longer larger takes than smaller: the median over pairs of runs, since both of a pair have the same neighbours. */
static double compare_in_turn(const struct text *smaller, const struct text *larger)
{
	double ratios[PAIRS_MOST], median = RATIO_MOST;
	pool_drop(); /* where memory lies may be good or bad for one of the two */
	measure_once(&(struct cost){0}, larger);
	for (size_t n = 0; n < PAIRS_MOST && median >= RATIO_MOST; n++) {
		struct cost half = {.ms = 1e18}, whole = half;
		measure_once(&half, smaller);
		measure_once(&whole, larger);
		size_t at = n;
		for (; at > 0 && ratios[at - 1] > whole.ms / half.ms; at--)
			ratios[at] = ratios[at - 1];
		ratios[at] = whole.ms / half.ms;
		if (n >= 2)
			median = ratios[n / 2];
	}
	return median;
}

/* Branches on the way through extracting and writing an input, counted by a process of its own, see once(); 0 when that failed. */
static double count_branches(const struct text *t)
{
	char path[] = "/tmp/torture-XXXXXX", command[1024];
	double n = 0;
	int fd = mkstemp(path);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "wb");
	if (!f)
		return 0;
	bool written = fwrite(t->p, 1, t->len, f) == t->len;
	written = !fclose(f) && written;
	snprintf(command, sizeof command, "'%s-counted' once '%s'", program, path);
	f = written ? popen(command, "r") : NULL;
	if (f && fscanf(f, "%lf", &n) != 1)
		n = 0;
	if (f && pclose(f))
		n = 0;
	remove(path);
	return n;
}

/* How many times more branches; those for an empty page left out.  Huge when they cannot be counted. */
static double compare_branches(const struct text *smaller, const struct text *larger)
{
	const struct text nothing = {.p = (char[]){""}};
	const double none = count_branches(&nothing), half = count_branches(smaller), whole = count_branches(larger);
	if (none <= 0 || half <= none || whole <= none) {
		printf("  %s-counted could not count branches\n", program);
		return 1e9;
	}
	return (whole - none) / (half - none);
}

/* Judges the step from last to next, an input t of n turns of f.  Branches are the same on any machine and counted in a moment; pairs of runs
 * take long, so they are left for steps that look bad by these too. */
static bool judge_step(const struct family *f, size_t n, const struct text *t, const struct cost *last, const struct cost *next,
                       double *worst)
{
	static struct text smaller;
	if (next->ms < 0)
		return false;
	double ratio = next->ms / last->ms;
	*worst = ratio > *worst ? ratio : *worst;
	if (ratio < RATIO_MOST)
		return true;
	make(&smaller, f, n / 2);
	const double branches = compare_branches(&smaller, t);
	if (branches >= RATIO_MOST || ratio >= RATIO_OF_CACHES)
		ratio = compare_in_turn(&smaller, t);
	printf("  %-32s %5.1f MB: time %.2f, branches %.2f\n", f->name, (double)t->len / 1e6, ratio, branches);
	return ratio < RATIO_MOST || (branches < RATIO_MOST && ratio < RATIO_OF_CACHES);
}

/* The mean over all doublings, from t of n turns down to first; both ends are measured again while it is too large, the fastest counts. */
static double mean_doubling(const struct family *f, size_t n, const struct text *t, struct cost first, struct cost last)
{
	static struct text smallest;
	double mean = pow(last.ms / first.ms, 1.0 / DOUBLINGS);
	for (int i = 0; i < TRIES_MOST && mean >= RATIO_MOST; i++) {
		pool_drop();
		make(&smallest, f, n >> DOUBLINGS);
		measure_once(&last, t);
		measure_once(&last, t); /* the first of the two may have met memory that is bad for it */
		first = measure(&smallest);
		mean = pow(last.ms / first.ms, 1.0 / DOUBLINGS);
	}
	return mean;
}

/* Doubles one family.  Prints its line; true when every step and the mean are right. */
static bool grows_linearly(const struct family *f, struct text *t)
{
	make(t, f, 1000);
	size_t n = (size_t)((double)(LARGEST >> DOUBLINGS) / ((double)t->len / 1000));
	make(t, f, n);
	struct cost first = measure(t), last = first, next = first;
	double worst = 0;
	bool ok = first.ms >= 0;
	for (int step = 1; step <= DOUBLINGS && next.ms >= 0; step++) {
		make(t, f, n *= 2);
		next = measure(t);
		ok &= judge_step(f, n, t, &last, &next, &worst);
		last = next;
	}
	if (next.ms < 0)
		return false;
	double mean = mean_doubling(f, n, t, first, next);
	double memory = pow((double)next.memory / (double)first.memory, 1.0 / DOUBLINGS);
	printf("  %-32s %5.1f MB %8.1f ms  %5.0f MB/s  doubling %.2f, worst %.2f, memory %.2f\n", f->name, (double)t->len / 1e6,
	       next.ms, (double)t->len / 1e3 / next.ms, mean, worst, memory);
	fflush(stdout);
	if (pool.touched > POOL_KEPT)
		pool_drop();
	return ok && mean < RATIO_MOST && memory < RATIO_MOST;
}

static void growth(size_t part, size_t parts)
{
	struct text t = {0};
	if (!pool_open())
		exit(2);
	for (size_t i = part; i < N_FAMILIES; i += parts)
		check(grows_linearly(&families[i], &t), families[i].name);
	free(t.p);
}

/* ---- Rows: what must come out ---- */

static mk_page *extract(mk_page *page, const char *p, size_t len)
{
	if (!run(page, p, len, MK_VIEW_EVERYTHING))
		printf("  extracting %zu bytes failed\n", len);
	return page;
}

static mk_page *extract_str(mk_page *page, const char *html)
{
	return extract(page, html, strlen(html));
}

static bool text_has(mk_page *page, const char *word)
{
	mk_str text;
	return mk_text(page, &text) == MK_OK && text.len && memmem(text.p, text.len, word, strlen(word));
}

static bool markdown_has(mk_page *page, const char *word)
{
	mk_str text;
	return mk_markdown(page, 0, &text) == MK_OK && text.len && memmem(text.p, text.len, word, strlen(word));
}

static bool warned(mk_page *page, mk_warning warning)
{
	return mk_article_of(page) && mk_article_of(page)->warnings & (unsigned)warning;
}

static bool text_is(mk_page *page, const char *html, const char *expected)
{
	mk_str text;
	extract_str(page, html);
	if (mk_text(page, &text) != MK_OK)
		return false;
	if (text.len != strlen(expected) || memcmp(text.p, expected, text.len) != 0) {
		printf("  got \"%.*s\" for %s\n", (int)text.len, text.p, html);
		return false;
	}
	return true;
}

/* Rows 1, 2, 4: nested n deep, a word before, at the bottom and behind. */
static void nested(mk_page *page, const char *left, const char *right, size_t n)
{
	char what[96];
	struct text t = {0};
	add_str(&t, "<p>before</p>");
	for (size_t i = 0; i < n; i++)
		add_str(&t, left);
	add_str(&t, "bottom");
	for (size_t i = 0; i < n; i++)
		add_str(&t, right);
	add_str(&t, "<p>behind</p>");
	extract(page, t.p, t.len);
	snprintf(what, sizeof what, "%s %zu deep keeps its text", left, n);
	check(text_has(page, "before") && text_has(page, "bottom") && text_has(page, "behind") && markdown_has(page, "bottom"), what);
	snprintf(what, sizeof what, "%s %zu deep is flagged", left, n);
	check(warned(page, MK_WARN_DEPTH) == (n >= 512 && (*right || strcmp(left, "<p>") != 0)), what);
	free(t.p);
}

static void depth_rows(mk_page *page)
{
	static const char *const pairs[][2] = {{"<div>", "</div>"},
	                                       {"<blockquote>", "</blockquote>"},
	                                       {"<b>", "</b>"},
	                                       {"<ul><li>", "</li></ul>"},
	                                       {"<table><tr><td>", "</td></tr></table>"}};
	static const size_t depths[] = {260, 330, 993, 1100, 20000, 100000};
	for (size_t i = 0; i < 5; i++)
		for (size_t k = 0; k < 6; k++) {
			size_t n = depths[k];
			if (strchr(pairs[i][0] + 1, '<') && n < 512)
				n /= 4; /* more than one element a level */
			nested(page, pairs[i][0], pairs[i][1], n);
		}
}

static size_t count(mk_page *page, const char *word)
{
	mk_str text;
	size_t n = 0;
	if (mk_text(page, &text) != MK_OK)
		return 0;
	for (const char *p = text.p; (p = memmem(p, text.len - (size_t)(p - text.p), word, strlen(word))); p++)
		n++;
	return n;
}

static void size_rows(mk_page *page)
{
	struct text t = {0};
	make(&t, &(struct family){"", "<table>", "<tr><td>x\1y", "", ""}, 1000000);
	extract(page, t.p, t.len);
	check(text_has(page, "x999999y") && count(page, "y") == 1000000, "row 7: a million table rows");

	t.len = 0;
	add_str(&t, "<p>before <img src='data:image/png;base64,");
	for (int i = 0; i < 700000; i++)
		add_str(&t, "QUJDREVG");
	add_str(&t, "'>after<p title='");
	for (int i = 0; i < 1300000; i++)
		add_str(&t, "abcdefgh");
	add_str(&t, "'>last");
	extract(page, t.p, t.len);
	check(text_has(page, "before after") && text_has(page, "last"), "row 8: attributes of megabytes");

	make(&t, &(struct family){"", "<p", " a\1=b", ">word", ""}, 100000);
	extract(page, t.p, t.len);
	check(text_has(page, "word") && warned(page, MK_WARN_ATTRIBUTES), "row 8: 100,000 attributes on a tag are cut and flagged");

	make(&t, &(struct family){"", "", "<p>x\1", "", ""}, 50000);
	extract(page, t.p, t.len);
	check(mk_article_of(page)->n_blocks == 50000, "row 11: 50,000 paragraphs");

	t.len = 0;
	for (int i = 0; i < 500000; i++)
		add_str(&t, "plain words ");
	extract(page, t.p, t.len);
	check(count(page, "plain") == 500000 && !warned(page, MK_WARN_NOT_HTML), "row 15: plain text served as HTML is read as what it is");

	t.len = 0;
	for (uint32_t i = 0, x = 1; i < 20000000; i++) {
		x = x * 1664525u + 1013904223u;
		add(&t, &(char){(char)(x >> 24)}, 1);
	}
	extract(page, t.p, t.len);
	check(warned(page, MK_WARN_NOT_HTML), "row 15: binary data is flagged");

	make(&t, &(struct family){"", "", "<div><span>w\1</span></div>", "", ""}, 600000);
	extract(page, t.p, t.len);
	check(text_has(page, "w599999") && mk_article_of(page)->n_blocks == 600000, "row 22: 15 MB, 1.2 million elements");
	free(t.p);
}

static bool is(mk_str s, const char *wanted)
{
	bool same = wanted ? s.p && s.len == strlen(wanted) && !memcmp(s.p, wanted, s.len) : !s.p;
	if (!same)
		printf("  got \"%.*s\" instead of \"%s\"\n", (int)(s.len < 100 ? s.len : 100), s.p ? s.p : "", wanted ? wanted : "(missing)");
	return same;
}

static const mk_article *article_of(mk_page *page, struct text *t)
{
	const mk_article *article = mk_article_of(extract(page, t->p, t->len));
	t->len = 0;
	return article;
}

/* Rows 12, 13, 24: what hung or emptied readers of metadata. */
static void metadata_rows(mk_page *page)
{
	struct text t = {0};
	add_str(&t, "<h1>Years</h1><p>22 Oktoba 2022</p>");
	for (size_t i = 0; i < 20000; i++)
		add_numbered(&t, "<p>\1: 1 May 1999, 3/4/2001, 1987</p>", i);
	check(is(article_of(page, &t)->date_published, "2022-10-22"), "row 12: a page with thousands of dates");
	add_str(&t, "<h1>Digits</h1><meta name=date content='");
	for (size_t i = 0; i < 100000; i++)
		add_str(&t, "?");
	add_str(&t, "x'><time datetime='");
	for (size_t i = 0; i < 3200; i++)
		add_str(&t, "9");
	add_str(&t, "'></time><p class=date>99999999999999999999999 May 9999999999999 2022");
	check(is(article_of(page, &t)->date_published, NULL), "row 13: no date in question marks and nines");

	static const char tail[] = "\"}</script><title>A long winter | Site</title><p>word";
	add_str(&t, "<script type=application/ld+json>{\"@type\":\"Article\",\"author\":\"Jane Roe\",\"articleBody\":\"");
	for (size_t i = 0; i < 2000000; i++)
		add_str(&t, "ten bytes ");
	add_str(&t, tail);
	check(is(article_of(page, &t)->title, "A long winter") && text_has(page, "word"), "row 24: a script of 20 MB");
	add_str(&t, "<script type=application/ld+json>{\"@type\":\"Article\",\"datePublished\":\"2022-10-22\",\"x\":");
	for (size_t i = 0; i < 100000; i++)
		add_str(&t, "[{\"y\":");
	add_str(&t, "\"");
	for (size_t i = 0; i < 100000; i++)
		add_str(&t, "}]");
	add_str(&t, tail);
	for (size_t i = 0; i < 5; i++) /* an article, which has a date */
		add_str(&t, "<p>Snow fell on the town for a month, and nobody left the house. When it ended, people met in the street again.");
	check(is(article_of(page, &t)->date_published, "2022-10-22"), "row 24: a script 100,000 deep");
	free(t.p);
}

#define P(bytes, title) {bytes, sizeof bytes - 1, title}

/* Row 19: encodings that are wrong or missing.  The decoder's own tests have more. */
static void encoding_rows(mk_page *page)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *title; /* NULL: only that it is flagged */
	} pages[] = {
	        P("<meta charset=windows-1251><title>\xC7\xE8\xEC\xE0</title>", "Зима"),
	        P("<meta charset=shift_jis><title>\x93\xFA\x96\x7B</title>", "日本"),
	        P("<meta charset=iso-2022-jp><title>\x1B$BF|K\\\x1B(B</title>", "日本"),
	        P("<title>Caf\xE9</title>", "Café"),
	        P("<meta charset=utf-8><title>\xD6\xD0\xB9\xFA\xD6\xD0\xB9\xFA</title>", NULL),
	        P("<meta charset=utf-8><title>na\xC3\xAFve</title><p>caf\xC3", "naïve"),
	};
	char what[64];
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		if (mk_extract(page, pages[i].bytes, pages[i].len, NULL) != MK_OK)
			exit(2);
		const mk_article *a = mk_article_of(page);
		snprintf(what, sizeof what, "row 19: encoding %zu", i);
		check(pages[i].title ? is(a->title, pages[i].title) : a->title.len && warned(page, MK_WARN_ENCODING | MK_WARN_CHARSET), what);
	}
	check(warned(page, MK_WARN_ENCODING), "row 19: a cut character is flagged");
	static const char utf16[] = "<\0t\0i\0t\0l\0e\0>\0H\0i\0<\0/\0t\0i\0t\0l\0e\0>\0<\0p\0>\0w\0o\0r\0d\0";
	check(mk_extract(page, utf16, sizeof utf16 - 1, NULL) == MK_OK && mk_article_of(page), "row 19: UTF-16 without a byte order mark");
}

/* Row 32: addresses. */
static void address_rows(mk_page *page)
{
	static const char *const refs[][2] = {
	        {"http://[", NULL},
	        {"javascript:alert(1)", NULL},
	        {"data:text/html,x", NULL},
	        {"http:\\\\Example.ORG\\a\\..\\b", "http://example.org/b"},
	        {"//b\u00FCcher.example/\u00E4", "https://b\u00FCcher.example/%C3%A4"},
	        {"https://b\u00FCcher.example/\u00E4", "https://b\u00FCcher.example/%C3%A4"},
	        {"http://a.example:99999/", NULL},
	};
	struct text t = {0};
	char what[96];
	for (size_t i = 0; i < sizeof refs / sizeof *refs; i++) {
		add_str(&t, "<link rel=canonical href='");
		add_str(&t, refs[i][0]);
		add_str(&t, "'><meta property=og:image content='");
		add_str(&t, refs[i][0]);
		add_str(&t, "'><p>word");
		const mk_article *a = article_of(page, &t);
		snprintf(what, sizeof what, "row 32: %s", refs[i][0]);
		check(is(a->canonical_url, refs[i][1]) && is(a->image, refs[i][1]) && text_has(page, "word"), what);
	}
	add_str(&t, "<link rel=canonical href='https://example.org/");
	for (size_t i = 0; i < 1000000; i++)
		add_str(&t, "a");
	add_str(&t, "'><p>word");
	check(is(article_of(page, &t)->canonical_url, NULL) && text_has(page, "word"), "row 32: an address of a megabyte");
	free(t.p);
}

static void table_rows(mk_page *page)
{
	static const char *const spans[] = {"9007199254740991", "", "undefined", "100%", "5;", "-1", "65535", "1e9", "+3", "0x10"};
	for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
		struct text t = {0};
		char what[64];
		add_str(&t, "<table><tr><th>a<th>b</tr><tr><td colspan='");
		add_str(&t, spans[i]);
		add_str(&t, "' rowspan='");
		add_str(&t, spans[i]);
		add_str(&t, "'>c</td><td>d</td></tr><tr><td>e<td>f</table>");
		extract(page, t.p, t.len);
		snprintf(what, sizeof what, "row 9: span \"%s\"", spans[i]);
		mk_str md;
		check(text_has(page, "f") && markdown_has(page, "d") && mk_markdown(page, 0, &md) == MK_OK && md.len < 20000, what);
		free(t.p);
	}
	struct text t = {0};
	for (int i = 0; i < 300; i++) {
		add_str(&t, "<table><tr>");
		for (int k = 0; k < 30; k++)
			add_str(&t, "<td>a");
		add_str(&t, "<td>");
	}
	add_str(&t, "bottom");
	extract(page, t.p, t.len);
	check(text_has(page, "bottom"), "row 10: wide and deep tables");
	free(t.p);
}

static void small_rows(mk_page *page)
{
	static const char nuls[] = "a\0b<p title='x\0y'>c\0d</p><\0p>e<d\0iv>f", only[4] = {0};
	check(run(page, "", 0, MK_VIEW_BALANCED) && mk_article_of(page)->verdict == MK_VERDICT_EMPTY, "row 14: nothing");
	check(run(page, "\xEF\xBB\xBF", 3, MK_VIEW_BALANCED) && mk_article_of(page)->verdict == MK_VERDICT_EMPTY, "row 14: only a BOM");
	check(run(page, only, 4, MK_VIEW_BALANCED) && mk_article_of(page)->n_blocks == 0, "row 14: only NULs");
	check(text_is(page, "x", "x\n"), "row 14: one byte");
	check(text_is(page, "<p>last line", "last line\n"), "row 14: no line end");
	extract(page, nuls, sizeof nuls - 1);
	check(text_has(page, "c") && text_has(page, "e") && text_has(page, "f"), "row 16: NUL everywhere");
	check(text_is(page, "<p>a&#1;b\x01 c&#xD800;d&#x110000;e\xEF\xBF\xBE", "a\x01"
	                                                                       "b\x01 c\xEF\xBF\xBD"
	                                                                       "d\xEF\xBF\xBD"
	                                                                       "e\xEF\xBF\xBE\n"),
	      "row 17: controls and impossible references");
	check(text_is(page, "<!DOCTYPE html PUBLIC '-//x' <html lang=sw/><p>kept", "kept\n"), "row 18: broken doctype");
	check(text_is(page, "<html lang=sw/><body/><p>kept", "kept\n"), "row 18: <html/>");
	check(text_is(page, "<p>\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xAC \xE2\x9D\xA4\xEF\xB8\x8F<b>\xE4\xB8\xAD</b>\xE6\x96\x87",
	              "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xAC \xE2\x9D\xA4\xEF\xB8\x8F\xE4\xB8\xAD\xE6\x96\x87\n"),
	      "row 20: emoji with joiners and selectors");
	check(text_is(page, "<svg><template><p>in</svg>out", "inout\n"), "row 21: svg template");
	check(text_is(page, "<svg xlink:title=x></svg>a&ltb<!--!>c", "a<b\n"), "row 21: xlink, &lt, comment");
	check(text_is(page, "<select><option>a<option>b</select>c<template><form></template></form>d", "a\n\nb\n\nc\n\nd\n"),
	      "row 21: select, form in template");
	check(text_is(page, "<h2>head</h3>tail<p>more", "head\n\ntail\n\nmore\n") || text_is(page, "<h2>head</h3>tail<p>more", "headtail\n\nmore\n"),
	      "row 25: mis-nested heading");
	extract_str(page, "<title>T</title><h1>Head<h2>x</h3><p>long text that is no title");
	check(mk_article_of(page)->title.len < 20, "row 25: the rest of the page is no title");
	extract_str(page, "<title>Head</title><h2>Head</h3><p>long text that is no title, and much more of it");
	check(mk_article_of(page)->title.len < 10, "row 25: title of a mis-nested page");
	check(text_is(page, "<article><p>one</article><article><p>two</article><main><p>three</main><main><p>four</main>",
	              "one\n\ntwo\n\nthree\n\nfour\n"),
	      "row 26: content in several articles");
	check(text_is(page, "<body><ul><li><span>a</span><li>b", "- a\n- b\n"), "row 26: body > ul, li > span");
}

/* Row 27: class names that hold words of other tools' black lists. */
static void class_rows(mk_page *page)
{
	static const char *const names[] = {"elementor-widget-text-editor", "share-holder-report", "social-policy", "popular-science",
	                                    "has-sidebar", "comment-free", "ad-hoc"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct text t = {0};
		char what[80];
		add_str(&t, "<body class='");
		add_str(&t, names[i]);
		add_str(&t, "'><h1>On rivers</h1><div class='");
		add_str(&t, names[i]);
		add_str(&t, "'>");
		for (int k = 0; k < 6; k++)
			add_numbered(&t, "<p>Paragraph \1 tells of rivers, of rain and of the people who live beside them. They say that the "
			                 "water comes later each year, and that they wait for it.</p>", (size_t)k);
		add_str(&t, "</div>");
		snprintf(what, sizeof what, "row 27: class %s", names[i]);
		check(run(page, t.p, t.len, MK_VIEW_BALANCED) && count(page, "Paragraph") == 6, what);
		free(t.p);
	}
}

static void spacing_rows(mk_page *page)
{
	check(text_is(page, "<p>Squished<br>There", "Squished There\n") || text_is(page, "<p>Squished<br>There", "Squished\nThere\n"),
	      "row 34: br parts words");
	check(text_is(page, "<p><span>one</span><span>two</span>", "one two\n"), "row 34: spans part words");
	check(text_is(page, "<p><b>T</b>he <i>wor</i>d", "The word\n"), "row 34: letters in bold stay in their word");
	check(text_is(page, "<div>one<div>two</div>three</div>", "one\n\ntwo\n\nthree\n"), "row 34: blocks part words");
	check(text_is(page, "<p><span>\xE6\x97\xA5\xE6\x9C\xAC</span><span>\xE8\xAA\x9E</span>", "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\n"),
	      "row 34: no space inside Japanese");
	check(text_is(page, "<table><tr><td>one</td><td>two</td></tr></table>", "one\n\ntwo\n") ||
	              text_is(page, "<table><tr><td>one</td><td>two</td></tr></table>", "one\ttwo\n"),
	      "row 34: cells part words");
	extract_str(page, "<ul>\n    <li>a\n        <ul>\n            <li>b\n                <ul>\n                    <li>c</ul></ul></ul>");
	check(!markdown_has(page, "        - c") || !markdown_has(page, "\n\n    "), "row 23: indented menus are no code");
	extract_str(page, "<p>one <a href='/a_(b)_(c)'>two</a> three <a href='/d(e'>four</a> five <a href='/f)(g'>six</a> seven");
	check(markdown_has(page, "/a_(b)_(c))") && markdown_has(page, "/d\\(e)") && markdown_has(page, "/f\\)\\(g)"),
	      "row 23: brackets in addresses");
}

/* Row 6's file cannot be made here. */
static void file_row(mk_page *page)
{
	const char *folder = getenv("MAKALA_SHARED");
	char path[512];
	snprintf(path, sizeof path, "%s/torture/unclosed_p_1mib.html", folder ? folder : "../shared");
	FILE *f = fopen(path, "rb");
	if (!f) {
		printf("skipped row 6: %s is not there\n", path);
		if (getenv("CI"))
			check(false, "row 6: the file must be there in CI");
		return;
	}
	char *p = malloc(2 << 20);
	size_t len = p ? fread(p, 1, 2 << 20, f) : 0;
	fclose(f);
	double start = now_ms();
	bool ok = run(page, p, len, MK_VIEW_EVERYTHING);
	check(ok && now_ms() - start < 2000, "row 6: 84,417 unclosed paragraphs");
	free(p);
}

static void rows(void)
{
	mk_page *page = mk_page_new(NULL);
	depth_rows(page);
	size_rows(page);
	table_rows(page);
	metadata_rows(page);
	encoding_rows(page);
	address_rows(page);
	small_rows(page);
	class_rows(page);
	spacing_rows(page);
	file_row(page);
	mk_page_free(page);
}

#ifdef COUNT_BRANCHES
static uint64_t n_branches;

/* Called at every branch of src/ where that was compiled with -fsanitize-coverage=trace-pc. */
void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_pc(void)
{
	n_branches++;
}
#endif

static bool once(const char *path)
{
	struct text t = {0};
	char part[65536];
	size_t n;
	FILE *f = fopen(path, "rb");
	if (!f)
		return false;
	while ((n = fread(part, 1, sizeof part, f)))
		add(&t, part, n);
	fclose(f);
	mk_page *page = mk_page_new(NULL);
	bool ok = page && run(page, t.p, t.len, MK_VIEW_EVERYTHING);
	mk_page_free(page);
	free(t.p);
#ifdef COUNT_BRANCHES
	printf("%llu\n", (unsigned long long)n_branches);
#endif
	return ok;
}

int main(int argc, char **argv)
{
	program = argv[0];
	if (argc == 3 && !strcmp(argv[1], "once"))
		return !once(argv[2]);
	if (argc == 2 && !strcmp(argv[1], "rows")) {
		rows();
	} else if ((argc == 2 || argc == 4) && !strcmp(argv[1], "growth") && (argc == 2 || atoi(argv[3]) > 0)) {
		growth(argc == 4 ? (size_t)atoi(argv[2]) : 0, argc == 4 ? (size_t)atoi(argv[3]) : 1);
	} else {
		fprintf(stderr, "usage: torture rows | torture growth [PART PARTS] | torture once FILE\n");
		return 2;
	}
	printf("torture: %d passed, %d failed\n", passed, failed);
	return failed != 0;
}
