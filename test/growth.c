/* SPDX-License-Identifier: Apache-2.0 */
/*
 * growth.c - checks that work grows linearly with the input, for many families of hostile input.
 *
 *	growth [MIB [PART PARTS]]     up to MIB mebibytes, 16 if not given; only every PARTS-th family, starting with number PART
 *
 * The input of each family is doubled five times.  The last doubling must multiply the steps (see steps.h) of extracting the page
 * and writing every format by less than 2.2, the mean of all by less than 2.5, and a byte may take no more than STEPS_PER_BYTE.  The worst
 * doubling is printed only: once, where pages of a family begin to be too large for the memory of a page and outputs are written
 * again in less room, the steps may grow by more.
 *
 * Time is checked too, for work that the steps do not show, but only its mean over the five doublings and with a wider limit.  So
 * is the mean growth of memory, which is allocated in chunks.
 */
#include "check.h"
#include "hostile.h"
#include "steps.h"

#include <malloc.h>
#include <math.h>

#define DOUBLINGS 5
#define MIB ((size_t)1 << 20)
#define LARGEST 16
#define MOST 2.2          /* growth of steps per doubling must be below this */
#define MOST_MEAN 2.5     /* the same for the mean of all doublings, one of which may be a jump; quadratic work would be at 4 */
#define MOST_MEMORY 2.3   /* the same for memory, of which chunks of growing sizes are taken */
#define MOST_BY_CLOCK 3.0 /* the same for time; quadratic work would be at 4 */
#define ENOUGH_MS 20.0    /* short runs are repeated for this many milliseconds in total, and the fastest counts */
#define RUNS_MOST 8
#define TRIES_MOST 4 /* measurements of a family that seems too slow, since another program may have disturbed the first ones */

/* LONG is long enough for src/script.c to consider a string in a script. */
#define TEN(x) x x x x x x x x x x
#define LONG TEN(TEN("word ")) TEN("word ")

static const struct family families[] = {
        {"XHTML self-closed", "<?xml version='1.0'?><html>", "<script/><title/><iframe/>\1", "x", ""},
        {"XHTML self-closed, ended", "<?xml version='1.0'?><html>", "<script/></titl><textarea/>", "x", "</script>"},
        {"large tables in pre", "<pre>", "<table><tr><th>a<th>b<tr><td colspan=500>c<td>d</table>", "x", ""},
        {"data tables", "", "<table><tr><th>a<th>b<tr><td>c<td>d</table>", "x", ""},
        {"script quotes", "<script>", "\"", "</script>", ""},
        {"script backslashes", "<script>\"", "\\", "\"</script>", ""},
        {"script HTML", "<script>", "\"<p>" LONG "</p>\",", "</script>", ""},
        {"script HTML, unclosed", "<script>\"", "<p ", LONG LONG "\"</script>", ""},
        {"script JSON in strings", "<script>", "\"{\\\"a\\\":\\\"<p>" LONG "</p>\\\"}\",", "</script>", ""},
        {"script JSON in a string", "<script>\"", "{\\\"a\\\":\\\"<p>" LONG "</p>\\\"}", "\"</script>", ""},
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
        {"end tags without a name", "", "a</>", "x", ""},
        {"instructions", "", "<?a b>", "x", ""},
        {"instructions unclosed", "", "<?a ", "x", ""},
        {"doctypes", "", "<!doctype html>", "x", ""},
        {"script openers", "<script>", "<!--<script>", "x", ""},
        {"script closers", "<script><!--<script>", "</script", "x", ""},
        {"scripts", "", "<script>a</script>", "x", ""},
        {"titles", "", "<title>a</title>", "x", ""},
        {"textareas", "", "<textarea>\n", "x", "</textarea>"},
        {"nul", "", "\2", "x", ""}, /* make() replaces \2 with NUL */
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
        {"plain text: lines", "", "word and word \1\n", "", ""},
        {"plain text: items", "", "* x\1\n", "", ""},
        {"plain text: numbered items", "", "1. word\n2) words of \1\n\n", "", ""},
        {"plain text: wrapped lines", "", "a line of seventy columns or so, as a text browser would break it there\nto go on here\n", "", ""},
        {"plain text: one line", "", "word \1 ", "", ""},
        {"plain text: one word", "", "word\1", "", ""},
        {"plain text: sentences", "", "word by word it is told.\xC2\xA0 ", "", ""},
        {"plain text: stops without space", "", "word by.Word ", "", ""},
        {"plain text: Han", "", "\xE6\xBC\xA2\xE5\xAD\x97\n", "", ""},
        {"plain text: credits", "", "Foto: one/two\1\n", "", ""},
        {"plain text: captions", "", "Who is \1\nFoto: one/two three/four\n\n", "", ""},
        {"plain text: colons and slashes", "", "a: b/c ", "", ""},
        {"plain text: dates", "", "22 October 2022\nBy Some One\n", "", ""},
        {"plain text: repeats", "", "The same words in each of the lines, eight or more.\n", "", ""},
        {"plain text: empty lines", "", "\n", "", ""},
        {"plain text: brackets", "", "a <b < c\n", "", ""},
        {"links to canonical", "<head>", "<link rel=canonical href=/\1>", "", ""},
        {"long class of a figure", "<p>w<figure class='", "c ", "'><img src=a>", "<p>word here</p>"},
        {"long class around pre", "<div class='", "c ", "'>", "<pre>x</pre>"},
        {"long class of a copied element", "<p><b class='", "date ", "'>x", "</p><p>x"},
        {"long rel of a copied element", "<p><a href=x rel='", "tag ", "'>x", "</p><p>x"},
        {"attributes in turn", "<p>", "<b id=\1 class=a title=b><b title=b class=a id=\1>", "x", ""},
        {"words of itemprop", TEN(TEN("<div itemprop=review class=a id=b title=c lang=d dir=e>")) "<b itemprop='", "author ", "'>x", ""},
        {"properties in other things", TEN(TEN("<div itemprop=review class=a id=b title=c>")), "<b itemprop=author>x</b>", "", ""},
        {"JSON-LD authors and persons", "<script type=application/ld+json>[{\"@type\":\"Article\",\"headline\":\"x\",\"author\":[",
         "{\"@id\":\"x\"},", "{}]},", "{\"@id\":\"\1\",\"name\":\"x\"},"},
        {"JSON-LD author of many parts", "<script type=application/ld+json>{\"@type\":\"Article\",\"headline\":\"x\",\"author\":\"", "a,", "\"}</script>", ""},
        {"pictures after empty elements", "<div>" TEN(TEN("<b></b>")), "<img src=\1>", "x", ""},
        {"empty elements and pictures", "<div>", "<b></b>", "", "<img src=\1>"},
        {"pictures without an address", "<div>", "<img>", "x", ""},
        {"long source of many pictures", "<picture><source srcset='", "s", "'>", "<img>"},
        {"alt of brackets", "<img src=a alt='\xC2\xA9 ", ")", "'>", "x"},
        {"spaces and a drawing", "<pre>a", " ", "", "<svg>b</svg>"},
        {"dates around spaces", TEN("<b class=date><i class=date>"), "    ", "x", ""},
        {"authors in authors", "<h1>x</h1>", "<b class=author>1.2.2003 ", "x", ""},
        {"authors with dates in Han", "<p>x<h1>x</h1>", "<b class=author>\xE6\x97\xA5\xE6\x9C\xAC\xE4\xBA\xBA 1 ", "x", ""},
        {"description of signs", "<h1>x</h1><meta name=description content='", ". ", "word'>", "<p>word"},
        {"long names", "<x-", "a", "><x-b>", "<x-c><x-c\1>"},
        {"plain text: one word in a line", "", "word\n", "", ""},
        {"plain text: long name", "word\n\n", "\xD8\xA7", " \xD8\xA7\n\n22 October 2022\n\n", "\xD8\xA7"},
};

#define N_FAMILIES (sizeof families / sizeof families[0])

/* ---- Measuring ---- */

/* The cost of one input. */
struct cost {
	double steps, ms; /* ms: milliseconds of processor time, the least of all runs so far */
	size_t memory;    /* bytes */
};

/* Returns false if extracting or writing failed. */
static bool measure_once(struct cost *c, const struct text *t)
{
	mk_page *page = mk_page_new(NULL);
	clear_steps();
	double start = now_ms();
	bool ok = page && run(page, t->p, t->len, MK_VIEW_EVERYTHING);
	double ms = now_ms() - start;
	c->steps = count_steps();
	c->ms = ms < c->ms ? ms : c->ms;
	c->memory = page ? mk_page_memory(page, NULL) : 0;
	mk_page_free(page);
	return ok;
}

static bool measure(struct cost *c, const struct text *t)
{
	bool ok = true;
	c->ms = INFINITY;
	for (int i = 0; ok && i < RUNS_MOST && (i == 0 || i * c->ms < ENOUGH_MS); i++)
		ok = measure_once(c, t);
	return ok;
}

/* Returns the steps of an empty page, which are subtracted because they do not grow with the input. */
static double steps_of_nothing(void)
{
	struct cost c = {.ms = INFINITY};
	check(measure_once(&c, &(struct text){.p = (char[]){""}}) && c.steps > 0, "steps are counted");
	return c.steps;
}

static double mean_doubling(double first, double last)
{
	return pow(last / first, 1.0 / DOUBLINGS);
}

/* Returns the mean growth of time per doubling.  While it is too large, the smallest and the largest input are measured again, and
 * the fastest run of each counts. */
static double time_doubling(const struct family *f, size_t n, const struct text *t, struct cost first, struct cost last)
{
	static struct text smallest;
	for (int i = 1; i < TRIES_MOST && mean_doubling(first.ms, last.ms) >= MOST_BY_CLOCK; i++) {
		make(&smallest, f, n >> DOUBLINGS);
		measure_once(&last, t);
		measure(&first, &smallest);
	}
	return mean_doubling(first.ms, last.ms);
}

/* Returns the growth of steps from the largest input, which took `last`, to n repetitions. */
static double next_doubling(const struct family *f, size_t n, struct text *t, struct cost last)
{
	struct cost next = {.ms = INFINITY};
	make(t, f, n);
	return measure_once(&next, t) ? next.steps / last.steps : INFINITY;
}

/* Doubles the input of one family and prints a line about it.  Returns true if the growth of steps, time and memory is within the
 * limits. */
static bool grows_linearly(const struct family *f, struct text *t, size_t largest, double nothing)
{
	make(t, f, 1000);
	size_t n = (size_t)((double)(largest >> DOUBLINGS) / ((double)t->len / 1000));
	make(t, f, n);
	struct cost first, last;
	bool ok = measure(&first, t);
	double worst = 0, ratio = 0, before = first.steps - nothing;
	for (int step = 1; step <= DOUBLINGS && ok; step++) {
		make(t, f, n *= 2);
		ok = measure(&last, t);
		ratio = (last.steps - nothing) / before;
		worst = ratio > worst ? ratio : worst;
		before = last.steps - nothing;
	}
	if (!ok)
		return false;
	const double len = (double)t->len;
	double time = time_doubling(f, n, t, first, last), memory = mean_doubling((double)first.memory, (double)last.memory);
	printf("  %-32s %5.1f MB %8.1f ms %8.1f M steps  worst doubling %.3f, time %.2f, memory %.2f\n", f->name, len / 1e6, last.ms,
	       last.steps / 1e6, worst, time, memory);
	fflush(stdout);
	if (ratio >= MOST) /* unless it happened once, the next doubling shows it too */
		ratio = next_doubling(f, 2 * n, t, last);
	return ratio < MOST && mean_doubling(first.steps, last.steps) < MOST_MEAN && last.steps < STEPS_PER_BYTE * len &&
	       time < MOST_BY_CLOCK && memory < MOST_MEMORY;
}

int main(int argc, char **argv)
{
	const size_t largest = (argc > 1 ? (size_t)atoi(argv[1]) : LARGEST) * MIB;
	const size_t part = argc == 4 ? (size_t)atoi(argv[2]) : 0, parts = argc == 4 ? (size_t)atoi(argv[3]) : 1;
	struct text t = {0};
	if (argc == 3 || argc > 4 || parts < 1 || largest < MIB) {
		fprintf(stderr, "usage: growth [MIB [PART PARTS]]\n");
		return 2;
	}
	/* Freed memory stays with the process; otherwise most of the time would be spent in the kernel, on new pages of memory. */
	mallopt(M_MMAP_MAX, 0);
	mallopt(M_TRIM_THRESHOLD, -1);
	const double nothing = steps_of_nothing();
	for (size_t i = part; i < N_FAMILIES; i += parts)
		check(grows_linearly(&families[i], &t, largest, nothing), "%s", families[i].name);
	free(t.p);
	return check_end("growth");
}
