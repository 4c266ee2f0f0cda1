/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree.c - builds the document tree.  Input: the tokens of token.c.  Output: pg->document, a tree of struct node (dom.h).
 *
 * The file implements the section "Tree construction" of the WHATWG HTML standard, with scripting disabled.  Functions have the
 * names of the standard's algorithms; mode functions have the names of its insertion modes.  A mode function processes the current
 * token, t->tok.  It returns true if the token must be reprocessed, by the rules of the insertion mode that t->mode now holds.
 *
 * What bounds the work.  The standard sets no limits, and its error repair can walk or copy long lists of elements again for every
 * tag.  The following limits are not in the standard.  They make time and memory linear in the input, for every input:
 *   - Depth: the stack of open elements holds at most max_depth elements.  If it is full, the current node is popped before a new
 *     element is inserted, which therefore becomes the next sibling of that node, not its child.  The tree is flattened there, no
 *     text is lost, and the page gets MK_WARN_DEPTH.  A template that would fill the stack is ignored, see start_template().
 *   - Formatting: the list of active formatting elements holds at most FORMATTING_MOST entries.  A further entry drops the oldest
 *     one, with MK_WARN_FORMATTING.
 *   - Copies: elements that error repair creates (reconstruction of formatting elements, adoption agency) and nodes that are copied
 *     into a selectedcontent element are limited in proportion to the start tags read, see may_clone().  Beyond the limit,
 *     formatting elements are removed from the list instead of being copied, with MK_WARN_FORMATTING, and no option is copied.
 *   - Names: token.c tells at most 65,536 unknown element names apart; further names count as one name.  They are found in a tree of
 *     bits, so no names make others slow to find.
 * A token thus costs a bounded number of searches, each over at most max_depth or FORMATTING_MOST entries; most of them end at once
 * because the open elements of each tag are counted (n_open_of).  Two options bound the total: reading stops when tokens and copies
 * together reach max_work (MK_WARN_WORK), or when the page has used its share of the memory (MK_WARN_MEMORY), see is_spent().
 *
 * A full stack can break assertions that the standard makes, for example that some element is open.  The algorithms here check for
 * that and then do nothing.
 *
 * mk_parse() follows the standard except for these limits and one omission, see below.  mk_extract() (t->tz.lean) also deviates
 * from it as follows:
 *   - White space between blocks is not read, see skip_blank().
 *   - Attributes that no later stage reads are left out, and NUL and CR stay as written in styles and scripts, see token.c.
 *   - A self-closing raw-text element of an XHTML page is empty, see is_empty_raw().
 *   - If the page has next to no text, HTML in a string of a script is parsed as the end of the page, see feed_script().
 *
 * Not implemented: declarative shadow roots.  Their template element stays an ordinary template.
 */
#include "base/hash.h"
#include "base/scan.h"
#include "cue.h"
#include "token.h"

#define FORMATTING_MOST 256 /* entries of the list of active formatting elements */
#define CLONES_FREE 10000   /* copies that every page may make, however few tags it has, see may_clone() */

/* The insertion modes.  The standard no longer has the "in select" modes of its earlier versions. */
enum mode {
	MODE_INITIAL,
	MODE_BEFORE_HTML,
	MODE_BEFORE_HEAD,
	MODE_IN_HEAD,
	MODE_IN_HEAD_NOSCRIPT,
	MODE_AFTER_HEAD,
	MODE_IN_BODY,
	MODE_TEXT,
	MODE_IN_TABLE,
	MODE_IN_TABLE_TEXT,
	MODE_IN_CAPTION,
	MODE_IN_COLUMN_GROUP,
	MODE_IN_TABLE_BODY,
	MODE_IN_ROW,
	MODE_IN_CELL,
	MODE_IN_TEMPLATE,
	MODE_AFTER_BODY,
	MODE_IN_FRAMESET,
	MODE_AFTER_FRAMESET,
	MODE_AFTER_AFTER_BODY,
	MODE_AFTER_AFTER_FRAMESET
};

/* Elements parsed as raw text or RCDATA: all their content is text, up to their end tag. */
static const uint32_t raw_tags[] = {TAG_TITLE, TAG_TEXTAREA, TAG_STYLE, TAG_SCRIPT, TAG_IFRAME, TAG_NOEMBED, TAG_NOFRAMES, TAG_XMP};
#define N_RAW (sizeof raw_tags / sizeof raw_tags[0])

struct tree {
	mk_page *pg;
	struct tokenizer tz;
	struct token *tok; /* the current token */
	enum mode mode, original_mode;

	/* Stack of open elements; open[0] is the html element.  512 is the largest max_depth. */
	struct node *open[512];
	uint32_t n_open, depth_most;
	size_t most_memory;         /* bytes in use at which the rest of the page is not read */
	uint32_t n_foreign;         /* open elements outside the HTML namespace, including a fragment's context element */
	uint16_t n_open_of[N_TAGS]; /* open HTML elements of each known tag: a count of 0 ends a search before it starts */

	/* List of active formatting elements; NULL is a marker. */
	struct node *formatting[FORMATTING_MOST];
	uint64_t formatting_hash[FORMATTING_MOST]; /* hash_attrs() of each */
	uint32_t n_formatting;

	uint8_t template_modes[512]; /* stack of template insertion modes; at most one for each open element */
	uint32_t n_template_modes;

	struct node *document, *head, *form; /* head and form: the element pointers of the standard */
	struct node *context; /* context element of a fragment, else NULL */
	bool frameset_ok, foster, quirks; /* foster: foster parenting is enabled */
	bool skip_lf;         /* drop a line feed at the start of the next text: after <pre>, <listing>, <textarea> */
	uint64_t clones, tags, said; /* nodes copied by error repair; start tags read; bytes of text in the body */

	/* See is_empty_raw(). */
	enum { XML_NOT_ASKED, XML_NO, XML_YES } xml;
	uint32_t last_end[N_RAW]; /* if xml is XML_YES: byte offset of the last end tag of each of raw_tags, or 0 */

	/* The selectedcontent element to fill and its select; the option to copy into it and the select of that option. */
	struct node *selected_content;
	const struct node *selected_content_of, *chosen, *chosen_of;

	/* Pending table character tokens. */
	struct buf table_text;
	uint32_t table_text_src, table_text_end; /* byte range in the page's text */
	bool table_text_any, table_text_solid; /* some text is pending; some of it is not white space */
};

static bool process(struct tree *t, enum mode mode);

/* ---- Nodes ---- */

/* Counts a new node.  Later stages use the counts as upper bounds for the number of containers and blocks. */
static void count_node(mk_page *pg, uint8_t type)
{
	pg->n_elements += type == NODE_ELEMENT;
	pg->n_texts += type == NODE_TEXT;
}

static struct node *new_node(struct tree *t, enum node_type type, uint32_t src)
{
	struct node *n = arena_alloc(&t->pg->arena, sizeof *n);
	memset(n, 0, sizeof *n);
	n->type = (uint8_t)type;
	n->src = src;
	count_node(t->pg, n->type);
	return n;
}

/* Inserts n as a child of parent, in front of its child before, or as the last child if before is NULL. */
static void link_node(struct node *n, struct node *parent, struct node *before)
{
	n->parent = parent;
	n->next = before;
	n->prev = before ? before->prev : parent->as.kids.last;
	if (n->prev)
		n->prev->next = n;
	else
		parent->as.kids.first = n;
	if (before)
		before->prev = n;
	else
		parent->as.kids.last = n;
}

static void unlink_node(struct node *n)
{
	if (!n->parent)
		return;
	if (n->prev)
		n->prev->next = n->next;
	else
		n->parent->as.kids.first = n->next;
	if (n->next)
		n->next->prev = n->prev;
	else
		n->parent->as.kids.last = n->prev;
	n->parent = n->prev = n->next = NULL;
}

static inline unsigned tag_flags(uint32_t tag)
{
	return tag < N_TAGS ? tag_rows[tag].flags : 0;
}

static bool is_heading(uint32_t tag)
{
	return tag >= TAG_H1 && tag <= TAG_H6;
}

/* Whether n is in the standard's category "special", which includes some MathML and SVG elements. */
static bool is_special(const struct node *n)
{
	if (n->ns == NS_HTML)
		return is_any_of(n, TAGF_SPECIAL);
	if (n->ns == NS_MATHML)
		return n->tag == TAG_MI || n->tag == TAG_MO || n->tag == TAG_MN || n->tag == TAG_MS || n->tag == TAG_MTEXT ||
		       n->tag == TAG_ANNOTATION_XML;
	return n->tag == TAG_FOREIGNOBJECT || n->tag == TAG_DESC || n->tag == TAG_TITLE;
}

/* Whether n ends the search of "has an element in scope".  The foreign elements in that list are exactly the special ones. */
static bool is_scope_end(const struct node *n)
{
	return n->ns == NS_HTML ? is_any_of(n, TAGF_SCOPE) : is_special(n);
}

/* ---- The stack of open elements ---- */

static inline struct node *current_node(const struct tree *t)
{
	return t->open[t->n_open - 1];
}

static struct node *adjusted_current_node(const struct tree *t)
{
	return t->context && t->n_open == 1 ? t->context : current_node(t);
}

/*
 * Updates the counts after n was pushed onto the stack of open elements (by is 1) or removed from it (by is -1), and tells the
 * tokenizer whether the adjusted current node is foreign, which makes "<![CDATA[" the start of a CDATA section.
 */
static inline void count_open(struct tree *t, const struct node *n, int by)
{
	if (n->ns != NS_HTML)
		t->n_foreign += (uint32_t)by;
	else if (n->tag < N_TAGS)
		t->n_open_of[n->tag] = (uint16_t)(t->n_open_of[n->tag] + by);
	t->tz.in_foreign = t->n_foreign && t->n_open && adjusted_current_node(t)->ns != NS_HTML;
}

static void chosen_closed(struct tree *t);

static inline void pop(struct tree *t)
{
	struct node *n = t->open[--t->n_open];
	count_open(t, n, -1);
	if (t->selected_content && n == t->chosen)
		chosen_closed(t);
}

static inline void push(struct tree *t, struct node *n)
{
	t->open[t->n_open++] = n;
	count_open(t, n, 1);
}

/* Index of n on the stack plus 1; 0 if n is not open. */
static uint32_t open_index(const struct tree *t, const struct node *n)
{
	for (uint32_t i = t->n_open; i-- > 0;)
		if (t->open[i] == n)
			return i + 1;
	return 0;
}

static bool is_open(const struct tree *t, const struct node *n)
{
	return open_index(t, n) > 0;
}

static void remove_open(struct tree *t, const struct node *n)
{
	const uint32_t i = open_index(t, n);
	if (!i)
		return;
	memmove(t->open + i - 1, t->open + i, (t->n_open - i) * sizeof t->open[0]);
	t->n_open--;
	count_open(t, n, -1);
}

/* Pops elements until an HTML element with this tag has been popped.  The html element at the bottom always stays. */
static void pop_until(struct tree *t, uint32_t tag)
{
	while (t->n_open > 1) {
		bool last = is_html(current_node(t), (enum tag)tag);
		pop(t);
		if (last)
			return;
	}
}

/* Whether an HTML element with this tag may be open.  Unknown tags are not counted, so the answer for them is always true. */
static bool is_open_html(const struct tree *t, uint32_t tag)
{
	return tag >= N_TAGS || t->n_open_of[tag];
}

/*
 * "Has an element in the specific scope": an HTML element with this tag.  more1 and more2 are tags that end the search in addition
 * to those of is_scope_end(); TAG_HTML adds nothing, because html is one of those already.
 */
static bool in_scope_with(const struct tree *t, uint32_t tag, uint32_t more1, uint32_t more2)
{
	if (!is_open_html(t, tag))
		return false;
	for (uint32_t i = t->n_open; i-- > 0;) {
		const struct node *n = t->open[i];
		if (n->tag == tag && n->ns == NS_HTML)
			return true;
		if (is_scope_end(n) || (n->ns == NS_HTML && (n->tag == more1 || n->tag == more2)))
			return false;
	}
	return false;
}

static bool in_scope(const struct tree *t, uint32_t tag)
{
	return in_scope_with(t, tag, TAG_HTML, TAG_HTML);
}

static bool in_button_scope(const struct tree *t, uint32_t tag)
{
	return in_scope_with(t, tag, TAG_BUTTON, TAG_BUTTON);
}

static bool in_list_item_scope(const struct tree *t, uint32_t tag)
{
	return in_scope_with(t, tag, TAG_OL, TAG_UL);
}

/* "Has an element in table scope", which only html, table and template end. */
static bool in_table_scope(const struct tree *t, uint32_t tag)
{
	if (!is_open_html(t, tag))
		return false;
	for (uint32_t i = t->n_open; i-- > 0;) {
		const struct node *n = t->open[i];
		if (n->tag == tag && n->ns == NS_HTML)
			return true;
		if (is_html(n, TAG_HTML) || is_html(n, TAG_TABLE) || is_html(n, TAG_TEMPLATE))
			return false;
	}
	return false;
}

static bool heading_in_scope(const struct tree *t)
{
	for (uint32_t tag = TAG_H1; tag <= TAG_H6; tag++)
		if (in_scope(t, tag))
			return true;
	return false;
}

/* "Generate implied end tags", except for elements with the tag but; N_TAGS means no exception. */
static void generate_implied_end_tags(struct tree *t, uint32_t but)
{
	while (t->n_open > 1 && is_any_of(current_node(t), TAGF_IMPLIED_END) && current_node(t)->tag != but)
		pop(t);
}

static void generate_implied_end_tags_thoroughly(struct tree *t)
{
	while (t->n_open > 1 && is_any_of(current_node(t), TAGF_THOROUGH_END))
		pop(t);
}

/* "Close a p element". */
static void close_p(struct tree *t)
{
	generate_implied_end_tags(t, TAG_P);
	pop_until(t, TAG_P);
}

static inline void close_p_in_button_scope(struct tree *t)
{
	if (t->n_open_of[TAG_P] && in_button_scope(t, TAG_P))
		close_p(t);
}

/* ---- Creating and inserting ---- */

/* Where to insert a node: as a child of parent, in front of before, or as the last child if before is NULL. */
struct place {
	struct node *parent, *before;
};

/*
 * The foster parent: the place in front of the innermost open table.  If a template is open inside that table, or without a table,
 * the place is the end of the template; without both, the end of the html element.  If the table is no longer in the tree, the
 * place is the end of the element before it on the stack.
 */
static struct place foster_place(const struct tree *t)
{
	for (uint32_t i = t->n_open; i-- > 1;) {
		struct node *n = t->open[i];
		if (is_html(n, TAG_TEMPLATE))
			return (struct place){n, NULL};
		if (is_html(n, TAG_TABLE))
			return n->parent ? (struct place){n->parent, n} : (struct place){t->open[i - 1], NULL};
	}
	return (struct place){t->open[0], NULL};
}

/* "Appropriate place for inserting a node" with target as override target; callers without an override pass the current node. */
static inline struct place appropriate_place(const struct tree *t, struct node *target)
{
	if (t->foster && target->ns == NS_HTML &&
	    (target->tag == TAG_TABLE || target->tag == TAG_TBODY || target->tag == TAG_TFOOT || target->tag == TAG_THEAD ||
	     target->tag == TAG_TR))
		return foster_place(t);
	return (struct place){target, NULL};
}

static void insert_at(struct node *n, struct place at)
{
	link_node(n, at.parent, at.before);
}

/* Makes room on a full stack by closing the current node, so that the next element becomes its sibling instead of its child. */
static void flatten(struct tree *t)
{
	pop(t);
	warn(t->pg, MK_WARN_DEPTH);
}

/* Copies n >= 1 attributes into the arena.  Most elements have one or two, which are copied without a call to memcpy(). */
static const struct attr *copy_attrs(struct arena *a, const struct attr *attrs, uint32_t n)
{
	struct attr *copy = arena_alloc(a, n * sizeof *copy);
	copy[0] = attrs[0];
	if (n > 1)
		copy[1] = attrs[1];
	if (n > 2)
		memcpy(copy + 2, attrs + 2, (n - 2) * sizeof *copy);
	return copy;
}

/* Notes whether the attributes of n hide it, which later stages ask again and again. */
static void note_hiding(const struct tree *t, struct node *n)
{
	if (t->tok->styled && cue_read_hides(n))
		n->flags |= NODE_HIDES;
}

/* An element for the current start tag, with its attributes; not inserted. */
static struct node *new_element(struct tree *t, uint32_t tag, enum ns ns)
{
	const struct token *tok = t->tok;
	struct node *n = new_node(t, NODE_ELEMENT, tok->src);
	n->tag = tag;
	n->ns = (uint8_t)ns;
	t->pg->n_boxes += is_any_of(n, TAGF_BLOCK);
	if (tok->n_attrs) {
		n->u.attrs = copy_attrs(&t->pg->arena, t->tz.attrs, tok->n_attrs);
		n->len = tok->n_attrs;
		note_hiding(t, n);
	}
	return n;
}

/* "Insert an HTML element" for the current token; on a full stack, the tree is flattened. */
static struct node *insert_element(struct tree *t)
{
	struct node *n = new_element(t, t->tok->tag, NS_HTML);
	bool full = t->n_open >= t->depth_most;
	if (full) {
		flatten(t);
		n->flags |= NODE_FLATTENED;
	}
	insert_at(n, appropriate_place(t, current_node(t)));
	push(t, n);
	return n;
}

/* Inserts an element that never has content.  The standard pushes it and pops it at once; here it is not pushed. */
static struct node *insert_void(struct tree *t)
{
	struct node *n = new_element(t, t->tok->tag, NS_HTML);
	insert_at(n, appropriate_place(t, current_node(t)));
	return n;
}

/* Inserts and pushes an HTML element without attributes that has no tag in the source. */
static struct node *insert_implied(struct tree *t, enum tag tag)
{
	struct node *n = new_node(t, NODE_ELEMENT, t->tok->src);
	n->tag = tag;
	n->flags = NODE_IMPLIED;
	if (t->n_open >= t->depth_most)
		flatten(t);
	if (t->n_open)
		insert_at(n, appropriate_place(t, current_node(t)));
	else
		link_node(n, t->document, NULL);
	push(t, n);
	return n;
}

#define CLONE_BYTES 64 /* see may_clone() */

static size_t bytes_of_attrs(const struct node *n)
{
	size_t bytes = 0;
	for (uint32_t i = 0; i < n->len; i++)
		bytes += (size_t)n->u.attrs[i].name_len + n->u.attrs[i].value_len;
	return bytes;
}

/* "Create an element for the token for which n was created", for error repair: a copy of n without children, not inserted. */
static struct node *clone_element(struct tree *t, const struct node *n)
{
	struct node *copy = new_node(t, NODE_ELEMENT, n->src);
	copy->tag = n->tag;
	copy->u.attrs = n->u.attrs;
	copy->len = n->len;
	copy->flags = NODE_IMPLIED | (n->flags & NODE_HIDES);
	t->clones += 1 + bytes_of_attrs(n) / CLONE_BYTES;
	return copy;
}

/*
 * Whether error repair may copy more nodes: CLONES_FREE for every page and four for each start tag read, which keeps the size of
 * the tree linear in the size of the page.  A copy counts once more for each CLONE_BYTES of its attributes, since later stages read
 * the attributes of each copy again.  Callers ask once for each step, so the total can exceed the limit by the copies of one
 * step: four elements in a round of the adoption agency, the content of one option in copy_children().
 */
static bool may_clone(const struct tree *t)
{
	return t->clones < CLONES_FREE + 4 * t->tags;
}

/*
 * Appends p[0 … len) to the text node n.  Text that directly continues the node's slice of the page only makes the slice longer.
 * Other text needs a copy, whose capacity doubles as it grows, so that many appends to one node take linear time.
 */
static void append_text(struct tree *t, struct node *n, const char *p, size_t len, uint32_t src_end)
{
	n->as.leaf.src_end = src_end;
	if (n->u.text + n->len == p && !n->as.leaf.cap) { /* p continues the slice */
		n->len += (uint32_t)len;
		return;
	}
	if (n->as.leaf.cap < n->len + len) {
		size_t cap = 2 * (n->len + len);
		char *text = arena_alloc(&t->pg->arena, cap);
		memcpy(text, n->u.text, n->len);
		n->u.text = text;
		n->as.leaf.cap = (uint32_t)cap;
	}
	memcpy((char *)(uintptr_t)n->u.text + n->len, p, len); /* not const: the node's own copy, see leaf.cap */
	n->len += (uint32_t)len;
}

/* "Insert a character" for a run of characters: extends the text node in front of the place, or creates one. */
static void insert_text(struct tree *t, const char *p, size_t len, uint32_t src, uint32_t src_end)
{
	if (!len)
		return;
	struct place at = appropriate_place(t, current_node(t));
	struct node *prev = at.before ? at.before->prev : at.parent->as.kids.last;
	if (prev && prev->type == NODE_TEXT) {
		append_text(t, prev, p, len, src_end);
		return;
	}
	struct node *n = new_node(t, NODE_TEXT, src);
	n->u.text = p;
	n->len = (uint32_t)len;
	n->as.leaf.src_end = src_end;
	insert_at(n, at);
}

static void insert_token_text(struct tree *t)
{
	insert_text(t, t->tok->text.p, t->tok->text.len, t->tok->src, t->tok->src_end);
}

/* Inserts the token, a comment or processing instruction, as the last child of parent; NULL means at the appropriate place. */
static void insert_comment(struct tree *t, struct node *parent)
{
	const struct token *tok = t->tok;
	struct node *n = new_node(t, tok->type == TOKEN_COMMENT ? NODE_COMMENT : NODE_INSTRUCTION, tok->src);
	n->u.text = tok->text.p;
	n->len = (uint32_t)tok->text.len;
	n->as.leaf.src_end = tok->src_end;
	if (tok->type == TOKEN_INSTRUCTION) {
		n->as.leaf.target = tok->public_id.p;
		n->tag = (uint32_t)tok->public_id.len;
	}
	insert_at(n, parent ? (struct place){parent, NULL} : appropriate_place(t, current_node(t)));
}

/*
 * Whether an element holds a style sheet or a program.  No later stage needs NUL and CR replaced in that text, which is half of a
 * typical page.  Scripts of a type "application/…" are excluded, because they can hold JSON-LD.
 */
static bool is_machine_code(const struct node *n)
{
	return is_html(n, TAG_STYLE) || (is_html(n, TAG_SCRIPT) && !str_begins_with(str_trim(dom_value(n, ATTR_TYPE)), "application/"));
}

/* ---- Empty raw-text elements of XHTML ---- */

/* The XHTML namespace, and the part that the public identifiers of XHTML doctypes have in common, lower case. */
#define XHTML_SPACE "http://www.w3.org/1999/xhtml"
#define XHTML_ID "dtd xhtml " /* as in "-//W3C//DTD XHTML 1.0 Strict//EN", "-//WAPFORUM//DTD XHTML Mobile 1.0//EN" */
#define ID_READ 64 /* start positions tried in a public identifier, which can be as long as the page */

static bool is_xhtml_doctype(const struct node *n)
{
	const struct attr *public_id = &n->u.attrs[1];
	const size_t len = sizeof XHTML_ID - 1;
	for (size_t i = 0; i + len <= public_id->value_len && i < ID_READ; i++)
		if (str_equals(public_id->value + i, len, XHTML_ID))
			return true;
	return false;
}

/* Whether the document declares itself as XML: by an XML declaration, an XHTML doctype, or the namespace of its html element. */
static bool says_xml(const struct tree *t)
{
	const char *p = scan_spaces(t->pg->text);
	if (!strncmp(p, "<?xml", 5) && is_space(p[5]))
		return true;
	for (const struct node *n = first_child(t->document); n && !is_element(n); n = n->next)
		if (n->type == NODE_DOCTYPE && is_xhtml_doctype(n))
			return true;
	const struct node *html = t->open[0];
	for (uint32_t i = 0; i < html->len; i++) {
		const struct attr *a = &html->u.attrs[i];
		if (str_equals(a->name, a->name_len, "xmlns"))
			return str_equals(a->value, a->value_len, XHTML_SPACE);
	}
	return false;
}

/* Searches the rest of the page for the last end tag of each raw-text element and stores the offsets in last_end. */
static void find_last_ends(struct tree *t)
{
	const char *end = t->tz.end;
	for (const char *p = t->tz.p; (p = memchr(p, '<', (size_t)(end - p))); p++) {
		for (size_t k = 0; p[1] == '/' && k < N_RAW; k++) {
			const struct tag_row *row = &tag_rows[raw_tags[k]];
			const char behind = p[2 + row->len]; /* in bounds: NUL padding follows the page's text */
			if (str_equals(p + 2, row->len, row->name) && (is_space(behind) || behind == '/' || behind == '>'))
				t->last_end[k] = (uint32_t)(p - t->pg->text);
		}
	}
}

/*
 * Whether the current start tag, which is that of a raw-text element, is self-closing and creates an empty element.
 *
 * HTML ignores the slash of <script/> or <title/>, so all text up to the next </script> or </title> becomes the content of the
 * element.  An author who writes XML means an empty element.  If the document declares itself as XML and the page has no such end
 * tag after the start tag, following the standard would turn the rest of the page into raw text.  mk_extract() therefore makes the
 * element empty in this case.  The page is searched for end tags only once, at the first self-closing tag of this kind.
 */
static bool is_empty_raw(struct tree *t)
{
	/* The last condition excludes HTML from a script, to which last_end does not apply. */
	if (!t->tok->self_closing || !t->tz.lean || t->tz.end != t->pg->text + t->pg->text_len)
		return false;
	if (t->xml == XML_NOT_ASKED) {
		t->xml = says_xml(t) ? XML_YES : XML_NO;
		if (t->xml == XML_YES)
			find_last_ends(t);
	}
	for (size_t k = 0; k < N_RAW && t->xml == XML_YES; k++)
		if (raw_tags[k] == t->tok->tag)
			return t->last_end[k] < t->tok->src;
	return false;
}

/* "Generic raw text" and "generic RCDATA element parsing algorithm"; state is the tokenizer's next state. */
static void insert_raw(struct tree *t, enum token_state state)
{
	if (is_empty_raw(t)) {
		insert_void(t);
		warn(t->pg, MK_WARN_XHTML);
		return;
	}
	const struct node *n = insert_element(t);
	t->tz.as_written = t->tz.lean && is_machine_code(n);
	t->tz.state = state;
	t->original_mode = t->mode;
	t->mode = MODE_TEXT;
}

/* ---- Active formatting elements ---- */

/* A hash of an element's tag and attributes that does not depend on the order of the attributes. */
static uint64_t hash_attrs(const struct node *n)
{
	uint64_t sum = n->tag;
	for (uint32_t i = 0; i < n->len; i++) {
		const struct attr *a = &n->u.attrs[i];
		const uint64_t h = hash_text(a->name, a->name_len) ^ hash_text(a->value, a->value_len) * HASH_TIMES;
		sum += (h ^ h >> 32) * HASH_TIMES;
	}
	return sum;
}

/* Whether two elements have the same attributes, in any order.  The work is quadratic in their number, which the tokenizer bounds. */
static bool same_attrs(const struct node *a, const struct node *b)
{
	if (a->len != b->len)
		return false;
	for (uint32_t i = 0; i < a->len; i++) {
		const struct attr *x = &a->u.attrs[i], *y = NULL;
		for (uint32_t j = 0; j < b->len && !y; j++) {
			/* Index i first, because equal elements mostly have their attributes in the same order. */
			const struct attr *candidate = &b->u.attrs[(i + j) % b->len];
			if (candidate->id == x->id && candidate->name_len == x->name_len && !memcmp(candidate->name, x->name, x->name_len))
				y = candidate;
		}
		if (!y || x->value_len != y->value_len || memcmp(x->value, y->value, x->value_len))
			return false;
	}
	return true;
}

static void remove_formatting_at(struct tree *t, uint32_t i)
{
	const uint32_t after = t->n_formatting - i - 1;
	memmove(t->formatting + i, t->formatting + i + 1, after * sizeof t->formatting[0]);
	memmove(t->formatting_hash + i, t->formatting_hash + i + 1, after * sizeof t->formatting_hash[0]);
	t->n_formatting--;
}

/* Inserts n (NULL: a marker) into the list at index i, with the hash of its attributes.  A full list first loses its oldest entry. */
static void insert_formatting_at(struct tree *t, uint32_t i, struct node *n, uint64_t hash)
{
	if (t->n_formatting == FORMATTING_MOST) {
		warn(t->pg, MK_WARN_FORMATTING);
		remove_formatting_at(t, 0);
		if (i)
			i--;
	}
	const uint32_t after = t->n_formatting - i;
	memmove(t->formatting + i + 1, t->formatting + i, after * sizeof t->formatting[0]);
	memmove(t->formatting_hash + i + 1, t->formatting_hash + i, after * sizeof t->formatting_hash[0]);
	t->formatting[i] = n;
	t->formatting_hash[i] = hash;
	t->n_formatting++;
}

static void insert_marker(struct tree *t)
{
	insert_formatting_at(t, t->n_formatting, NULL, 0);
}

#define UNLIKE_MOST 8 /* elements with the hash of another but not its attributes, which only a hostile page has, are compared */

/*
 * "Push onto the list of active formatting elements".  Noah's Ark clause: at most three equal entries after the last marker.  Only
 * entries with the same hash are compared: at most three are equal, since this keeps it so, and at most UNLIKE_MOST are not.
 */
static void push_formatting(struct tree *t, struct node *n)
{
	const uint64_t hash = hash_attrs(n);
	uint32_t same = 0, unlike = 0, earliest = 0;
	for (uint32_t i = t->n_formatting; i-- > 0 && t->formatting[i] && same < 3 && unlike < UNLIKE_MOST;) {
		const struct node *f = t->formatting[i];
		if (t->formatting_hash[i] != hash)
			continue;
		if (f->tag == n->tag && same_attrs(f, n)) {
			same++;
			earliest = i;
		} else {
			unlike++;
		}
	}
	if (same >= 3)
		remove_formatting_at(t, earliest);
	insert_formatting_at(t, t->n_formatting, n, hash);
}

/* Index plus 1 of the newest entry with this tag after the last marker; 0 if there is no such entry. */
static uint32_t find_formatting(const struct tree *t, uint32_t tag)
{
	for (uint32_t i = t->n_formatting; i-- > 0 && t->formatting[i];)
		if (t->formatting[i]->tag == tag)
			return i + 1;
	return 0;
}

/* Index plus 1 of n in the list; 0 if n is not in the list. */
static uint32_t formatting_index(const struct tree *t, const struct node *n)
{
	for (uint32_t i = t->n_formatting; i-- > 0;)
		if (t->formatting[i] == n)
			return i + 1;
	return 0;
}

/* "Clear the list of active formatting elements up to the last marker". */
static void clear_formatting_to_marker(struct tree *t)
{
	while (t->n_formatting)
		if (!t->formatting[--t->n_formatting])
			return;
}

/*
 * The part of "reconstruct the active formatting elements" that copies entries, for a list whose last entry is neither a marker nor
 * open: rewinds to the first of the trailing entries that are not open, then reopens a copy of each.
 */
static void reconstruct_formatting_slowly(struct tree *t)
{
	uint32_t i = t->n_formatting - 1;
	while (i > 0 && t->formatting[i - 1] && !is_open(t, t->formatting[i - 1]))
		i--;
	for (; i < t->n_formatting; i++) {
		if (!may_clone(t)) {
			warn(t->pg, MK_WARN_FORMATTING);
			t->n_formatting = i;
			return;
		}
		struct node *n = clone_element(t, t->formatting[i]);
		if (t->n_open >= t->depth_most)
			flatten(t);
		insert_at(n, appropriate_place(t, current_node(t)));
		push(t, n);
		t->formatting[i] = n;
	}
}

/* "Reconstruct the active formatting elements".  Inline, because most calls have nothing to do. */
static inline void reconstruct_formatting(struct tree *t)
{
	if (!t->n_formatting)
		return;
	struct node *last = t->formatting[t->n_formatting - 1];
	if (!last || last == current_node(t) || is_open(t, last))
		return;
	reconstruct_formatting_slowly(t);
}

/* ---- The adoption agency ---- */

/* Whether the element at index at of the stack is in scope. */
static bool node_in_scope(const struct tree *t, uint32_t at)
{
	for (uint32_t i = t->n_open; --i > at;)
		if (is_scope_end(t->open[i]))
			return false;
	return true;
}

/* Replaces the stack entry at index i with n, a copy of it. */
static void replace_open(struct tree *t, uint32_t i, struct node *n)
{
	t->open[i] = n; /* the tag is the same, so the counts stay valid */
}

/* Moves all children of from to to, which must not have children. */
static void move_children(struct node *from, struct node *to)
{
	for (struct node *child = from->as.kids.first; child; child = child->next)
		child->parent = to;
	if (!from->as.kids.first)
		return;
	to->as.kids = from->as.kids;
	from->as.kids.first = from->as.kids.last = NULL;
}

/*
 * The inner loop of the adoption agency.  Walks the stack from the furthest block (index block) down to the formatting element
 * (index top).  Replaces each formatting element between the two with a copy, which becomes the parent of the previous node of the
 * walk, and removes other elements from the stack.  *bookmark is the index in the list of active formatting elements at which the
 * caller will insert the copy of the formatting element.  Returns the standard's "last node".
 */
static struct node *adopt_inner(struct tree *t, uint32_t top, uint32_t block, uint32_t *bookmark)
{
	struct node *furthest = t->open[block], *last = furthest;
	uint32_t counter = 0;
	for (uint32_t i = block; --i > top;) {
		struct node *n = t->open[i];
		uint32_t entry = formatting_index(t, n);
		counter++;
		if (counter > 3 && entry) {
			remove_formatting_at(t, entry - 1);
			if (entry - 1 < *bookmark)
				--*bookmark;
			entry = 0;
		}
		if (!entry) {
			remove_open(t, n);
			continue;
		}
		struct node *copy = clone_element(t, n);
		t->formatting[entry - 1] = copy;
		replace_open(t, i, copy);
		if (last == furthest)
			*bookmark = entry;
		unlink_node(last);
		link_node(last, copy, NULL);
		last = copy;
	}
	return last;
}

/*
 * One round of the outer loop of the adoption agency.  Returns false if the algorithm is finished; *any_other is then true if the
 * tag must be processed as "any other end tag".
 */
static bool adopt_once(struct tree *t, uint32_t tag, bool *any_other)
{
	uint32_t entry = find_formatting(t, tag);
	if (!entry) {
		*any_other = true;
		return false;
	}
	struct node *element = t->formatting[entry - 1];
	uint32_t top = open_index(t, element);
	if (!top) {
		remove_formatting_at(t, entry - 1);
		return false;
	}
	top--;
	if (!node_in_scope(t, top))
		return false;
	uint32_t block = top + 1;
	while (block < t->n_open && !is_special(t->open[block]))
		block++;
	if (block == t->n_open) { /* no furthest block */
		while (t->n_open > top && t->n_open > 1)
			pop(t);
		remove_formatting_at(t, entry - 1);
		return false;
	}
	struct node *furthest = t->open[block], *ancestor = t->open[top - 1];
	uint32_t bookmark = entry - 1;
	struct node *last = adopt_inner(t, top, block, &bookmark);
	unlink_node(last);
	insert_at(last, appropriate_place(t, ancestor));
	struct node *copy = clone_element(t, element);
	move_children(furthest, copy);
	link_node(copy, furthest, NULL);

	uint32_t old = formatting_index(t, element);
	const uint64_t hash = old ? t->formatting_hash[old - 1] : hash_attrs(copy);
	if (old) {
		remove_formatting_at(t, old - 1);
		if (old - 1 < bookmark)
			bookmark--;
	}
	insert_formatting_at(t, bookmark, copy, hash);
	remove_open(t, element);
	uint32_t at = open_index(t, furthest); /* the copy goes immediately after furthest on the stack */
	memmove(t->open + at + 1, t->open + at, (t->n_open - at) * sizeof t->open[0]);
	t->open[at] = copy;
	t->n_open++;
	count_open(t, copy, 1);
	return true;
}

static void any_other_end_tag(struct tree *t, uint32_t tag);

/*
 * "Adoption agency algorithm", for an end tag, or for a start tag <a> or <nobr> while an element of the same name is open.  When
 * error repair may not copy any more elements, the list is emptied and the tag is processed as "any other end tag".
 */
static void adoption_agency(struct tree *t, uint32_t tag)
{
	if (is_html(current_node(t), (enum tag)tag) && !formatting_index(t, current_node(t))) {
		pop(t);
		return;
	}
	bool any_other = false;
	for (int round = 0; round < 8; round++) {
		if (!may_clone(t)) {
			warn(t->pg, MK_WARN_FORMATTING);
			t->n_formatting = 0;
			any_other = true;
			break;
		}
		if (!adopt_once(t, tag, &any_other))
			break;
	}
	if (any_other)
		any_other_end_tag(t, tag);
}

/* ---- Modes ---- */

/* "Reset the insertion mode appropriately". */
static void reset_insertion_mode(struct tree *t)
{
	for (uint32_t i = t->n_open; i-- > 0;) {
		bool last = i == 0;
		const struct node *n = last && t->context ? t->context : t->open[i];
		if (n->ns == NS_HTML) {
			switch (n->tag) {
			case TAG_TD:
			case TAG_TH:
				if (!last) {
					t->mode = MODE_IN_CELL;
					return;
				}
				break;
			case TAG_TR: t->mode = MODE_IN_ROW; return;
			case TAG_TBODY:
			case TAG_THEAD:
			case TAG_TFOOT: t->mode = MODE_IN_TABLE_BODY; return;
			case TAG_CAPTION: t->mode = MODE_IN_CAPTION; return;
			case TAG_COLGROUP: t->mode = MODE_IN_COLUMN_GROUP; return;
			case TAG_TABLE: t->mode = MODE_IN_TABLE; return;
			case TAG_TEMPLATE:
				t->mode = t->n_template_modes ? (enum mode)t->template_modes[t->n_template_modes - 1] : MODE_IN_BODY;
				return;
			case TAG_HEAD:
				if (!last) {
					t->mode = MODE_IN_HEAD;
					return;
				}
				break;
			case TAG_BODY: t->mode = MODE_IN_BODY; return;
			case TAG_FRAMESET: t->mode = MODE_IN_FRAMESET; return;
			case TAG_HTML: t->mode = t->head ? MODE_AFTER_HEAD : MODE_BEFORE_HEAD; return;
			default: break;
			}
		}
	}
	t->mode = MODE_IN_BODY;
}

/* Bytes of white space at the start of s. */
static uint32_t leading_space(mk_str s)
{
	uint32_t n = 0;
	while (n < s.len && is_space(s.p[n]))
		n++;
	return n;
}

/* Removes the first n bytes of the token's text.  src stays if the text is a copy, whose bytes are not those of the page. */
static void drop_text(struct tree *t, uint32_t n)
{
	t->tok->text.p += n;
	t->tok->text.len -= n;
	if (!t->tok->copied)
		t->tok->src += n;
}

/*
 * Handles leading white space of a text token, for modes that treat white space differently from other characters: inserts it if
 * insert is true, and removes it from the token.  Returns true if no text is left, false for tokens that are not text.
 */
static bool take_space(struct tree *t, bool insert)
{
	if (t->tok->type != TOKEN_TEXT)
		return false;
	uint32_t n = leading_space(t->tok->text);
	if (insert && n)
		insert_text(t, t->tok->text.p, n, t->tok->src, t->tok->copied ? t->tok->src_end : t->tok->src + n);
	drop_text(t, n);
	return !t->tok->text.len;
}

static bool is_start(const struct tree *t, uint32_t tag)
{
	return t->tok->type == TOKEN_START && t->tok->tag == tag;
}

static bool is_end(const struct tree *t, uint32_t tag)
{
	return t->tok->type == TOKEN_END && t->tok->tag == tag;
}

/* Whether the token is a comment or a processing instruction.  Every mode has the same rule for both. */
static bool is_remark(const struct tree *t)
{
	return t->tok->type == TOKEN_COMMENT || t->tok->type == TOKEN_INSTRUCTION;
}

/* Whether a public identifier starts with one of n names, which are lower case and NUL-terminated; ASCII case-insensitive. */
static bool id_starts_with(mk_str id, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(names[i]);
		if (id.len >= len && str_equals(id.p, len, names[i]))
			return true;
	}
	return false;
}

#define N_OF(array) (sizeof(array) / sizeof(array)[0])

/* Section "The 'initial' insertion mode": starts of the public identifiers that set quirks mode. */
static const char *const quirky_starts[] = {
        "+//silmaril//dtd html pro v0r11 19970101//",
        "-//as//dtd html 3.0 aswedit + extensions//",
        "-//advasoft ltd//dtd html 3.0 aswedit + extensions//",
        "-//ietf//dtd html 2.0 level 1//",
        "-//ietf//dtd html 2.0 level 2//",
        "-//ietf//dtd html 2.0 strict level 1//",
        "-//ietf//dtd html 2.0 strict level 2//",
        "-//ietf//dtd html 2.0 strict//",
        "-//ietf//dtd html 2.0//",
        "-//ietf//dtd html 2.1e//",
        "-//ietf//dtd html 3.0//",
        "-//ietf//dtd html 3.2 final//",
        "-//ietf//dtd html 3.2//",
        "-//ietf//dtd html 3//",
        "-//ietf//dtd html level 0//",
        "-//ietf//dtd html level 1//",
        "-//ietf//dtd html level 2//",
        "-//ietf//dtd html level 3//",
        "-//ietf//dtd html strict level 0//",
        "-//ietf//dtd html strict level 1//",
        "-//ietf//dtd html strict level 2//",
        "-//ietf//dtd html strict level 3//",
        "-//ietf//dtd html strict//",
        "-//ietf//dtd html//",
        "-//metrius//dtd metrius presentational//",
        "-//microsoft//dtd internet explorer 2.0 html strict//",
        "-//microsoft//dtd internet explorer 2.0 html//",
        "-//microsoft//dtd internet explorer 2.0 tables//",
        "-//microsoft//dtd internet explorer 3.0 html strict//",
        "-//microsoft//dtd internet explorer 3.0 html//",
        "-//microsoft//dtd internet explorer 3.0 tables//",
        "-//netscape comm. corp.//dtd html//",
        "-//netscape comm. corp.//dtd strict html//",
        "-//o'reilly and associates//dtd html 2.0//",
        "-//o'reilly and associates//dtd html extended 1.0//",
        "-//o'reilly and associates//dtd html extended relaxed 1.0//",
        "-//sq//dtd html 2.0 hotmetal + extensions//",
        "-//softquad software//dtd hotmetal pro 6.0::19990601::extensions to html 4.0//",
        "-//softquad//dtd hotmetal pro 4.0::19971010::extensions to html 4.0//",
        "-//spyglass//dtd html 2.0 extended//",
        "-//sun microsystems corp.//dtd hotjava html//",
        "-//sun microsystems corp.//dtd hotjava strict html//",
        "-//w3c//dtd html 3 1995-03-24//",
        "-//w3c//dtd html 3.2 draft//",
        "-//w3c//dtd html 3.2 final//",
        "-//w3c//dtd html 3.2//",
        "-//w3c//dtd html 3.2s draft//",
        "-//w3c//dtd html 4.0 frameset//",
        "-//w3c//dtd html 4.0 transitional//",
        "-//w3c//dtd html experimental 19960712//",
        "-//w3c//dtd html experimental 970421//",
        "-//w3c//dtd w3 html//",
        "-//w3o//dtd w3 html 3.0//",
        "-//webtechs//dtd mozilla html 2.0//",
        "-//webtechs//dtd mozilla html//"};

/* The same, only for a doctype without a system identifier. */
static const char *const quirky_starts_alone[] = {"-//w3c//dtd html 4.01 frameset//", "-//w3c//dtd html 4.01 transitional//"};

/* Whether the doctype sets the document to quirks mode.  Limited-quirks mode is not tested, because it does not affect the tree. */
static bool is_quirky(const struct token *d)
{
	return d->force_quirks || !d->text.p || !str_equals(d->text.p, d->text.len, "html") ||
	       str_equals(d->public_id.p, d->public_id.len, "-//w3o//dtd w3 html strict 3.0//en//") ||
	       str_equals(d->public_id.p, d->public_id.len, "-/w3c/dtd html 4.0 transitional/en") ||
	       str_equals(d->public_id.p, d->public_id.len, "html") ||
	       str_equals(d->system_id.p, d->system_id.len, "http://www.ibm.com/data/dtd/v11/ibmxhtml1-transitional.dtd") ||
	       id_starts_with(d->public_id, quirky_starts, N_OF(quirky_starts)) ||
	       (!d->system_id.p && id_starts_with(d->public_id, quirky_starts_alone, N_OF(quirky_starts_alone)));
}

/* Appends the doctype to the document.  Its name and identifiers are stored as three attributes, in the order that dom.h states. */
static void insert_doctype(struct tree *t)
{
	const struct token *tok = t->tok;
	struct node *n = new_node(t, NODE_DOCTYPE, tok->src);
	struct attr *ids = arena_zero(&t->pg->arena, 3 * sizeof *ids);
	const mk_str values[3] = {tok->text, tok->public_id, tok->system_id};
	for (int i = 0; i < 3; i++) {
		ids[i].name = "";
		ids[i].value = values[i].p;
		ids[i].value_len = (uint32_t)values[i].len;
	}
	n->u.attrs = ids;
	n->len = 3;
	link_node(n, t->document, NULL);
}

static bool in_initial(struct tree *t)
{
	if (take_space(t, false))
		return false;
	if (is_remark(t)) {
		insert_comment(t, t->document);
		return false;
	}
	t->mode = MODE_BEFORE_HTML;
	if (t->tok->type == TOKEN_DOCTYPE) {
		insert_doctype(t);
		t->quirks = is_quirky(t->tok);
		return false;
	}
	t->quirks = true;
	return true;
}

/* Whether the token is an end tag that the modes around the head ignore.  Those of head, body, html and br have rules there. */
static bool is_stray_end(const struct tree *t)
{
	uint32_t tag = t->tok->tag;
	return t->tok->type == TOKEN_END && tag != TAG_HEAD && tag != TAG_BODY && tag != TAG_HTML && tag != TAG_BR;
}

static bool before_html(struct tree *t)
{
	if (t->tok->type == TOKEN_DOCTYPE || take_space(t, false) || is_stray_end(t))
		return false;
	if (is_remark(t)) {
		insert_comment(t, t->document);
		return false;
	}
	t->mode = MODE_BEFORE_HEAD;
	if (is_start(t, TAG_HTML)) {
		struct node *n = new_element(t, TAG_HTML, NS_HTML);
		link_node(n, t->document, NULL);
		push(t, n);
		return false;
	}
	insert_implied(t, TAG_HTML);
	return true;
}

static bool before_head(struct tree *t)
{
	if (t->tok->type == TOKEN_DOCTYPE || take_space(t, false) || is_stray_end(t))
		return false;
	if (is_remark(t)) {
		insert_comment(t, NULL);
		return false;
	}
	if (is_start(t, TAG_HTML))
		return process(t, MODE_IN_BODY);
	t->mode = MODE_IN_HEAD;
	if (is_start(t, TAG_HEAD)) {
		t->head = insert_element(t);
		return false;
	}
	t->head = insert_implied(t, TAG_HEAD);
	return true;
}

/*
 * A template must not take the last place on the stack: flatten() pops whatever is there, and after a popped template, its marker
 * and its insertion mode would stay in their lists.  Such a start tag is ignored.
 */
static void start_template(struct tree *t)
{
	if (t->n_open + 1 >= t->depth_most) {
		warn(t->pg, MK_WARN_DEPTH);
		return;
	}
	insert_element(t);
	insert_marker(t);
	t->frameset_ok = false;
	t->mode = MODE_IN_TEMPLATE;
	t->template_modes[t->n_template_modes++] = MODE_IN_TEMPLATE;
}

static void end_template(struct tree *t)
{
	if (!t->n_open_of[TAG_TEMPLATE])
		return;
	generate_implied_end_tags_thoroughly(t);
	pop_until(t, TAG_TEMPLATE);
	clear_formatting_to_marker(t);
	if (t->n_template_modes)
		t->n_template_modes--;
	reset_insertion_mode(t);
}

/* Start tags with TAGF_HEAD, which other modes process by the rules of "in head". */
static void head_start_tag(struct tree *t)
{
	switch (t->tok->tag) {
	case TAG_TITLE:
		insert_raw(t, STATE_RCDATA);
		break;
	case TAG_NOFRAMES:
	case TAG_STYLE:
		insert_raw(t, STATE_RAWTEXT);
		break;
	case TAG_SCRIPT:
		insert_raw(t, STATE_SCRIPT_DATA);
		break;
	case TAG_TEMPLATE:
		start_template(t);
		break;
	default: /* base, basefont, bgsound, link, meta */
		insert_void(t);
	}
}

static bool in_head(struct tree *t)
{
	const struct token *tok = t->tok;
	if (tok->type == TOKEN_DOCTYPE || take_space(t, true))
		return false;
	if (is_remark(t)) {
		insert_comment(t, NULL);
		return false;
	}
	if (tok->type == TOKEN_START) {
		if (tok->tag == TAG_HTML)
			return process(t, MODE_IN_BODY);
		if (tok->tag == TAG_NOSCRIPT) {
			insert_element(t);
			t->mode = MODE_IN_HEAD_NOSCRIPT;
			return false;
		}
		if (tag_flags(tok->tag) & TAGF_HEAD) {
			head_start_tag(t);
			return false;
		}
		if (tok->tag == TAG_HEAD)
			return false;
	} else if (tok->type == TOKEN_END) {
		if (tok->tag == TAG_TEMPLATE) {
			end_template(t);
			return false;
		}
		if (tok->tag != TAG_HEAD && is_stray_end(t))
			return false;
	}
	pop(t);
	t->mode = MODE_AFTER_HEAD;
	return !is_end(t, TAG_HEAD);
}

static bool in_head_noscript(struct tree *t)
{
	const struct token *tok = t->tok;
	uint32_t tag = tok->tag;
	if (tok->type == TOKEN_DOCTYPE)
		return false;
	if (is_start(t, TAG_HTML))
		return process(t, MODE_IN_BODY);
	if (is_end(t, TAG_NOSCRIPT)) {
		pop(t);
		t->mode = MODE_IN_HEAD;
		return false;
	}
	if (take_space(t, true))
		return false;
	if (is_remark(t) || (tok->type == TOKEN_START && (tag == TAG_BASEFONT || tag == TAG_BGSOUND || tag == TAG_LINK ||
	                                                  tag == TAG_META || tag == TAG_NOFRAMES || tag == TAG_STYLE)))
		return process(t, MODE_IN_HEAD);
	if (tok->type == TOKEN_START && (tag == TAG_HEAD || tag == TAG_NOSCRIPT))
		return false;
	if (tok->type == TOKEN_END && tag != TAG_BR)
		return false;
	pop(t);
	t->mode = MODE_IN_HEAD;
	return true;
}

static bool after_head(struct tree *t)
{
	const struct token *tok = t->tok;
	if (tok->type == TOKEN_DOCTYPE || take_space(t, true))
		return false;
	if (is_remark(t)) {
		insert_comment(t, NULL);
		return false;
	}
	if (tok->type == TOKEN_START) {
		switch (tok->tag) {
		case TAG_HTML:
			return process(t, MODE_IN_BODY);
		case TAG_BODY:
			insert_element(t);
			t->frameset_ok = false;
			t->mode = MODE_IN_BODY;
			return false;
		case TAG_FRAMESET:
			insert_element(t);
			t->mode = MODE_IN_FRAMESET;
			return false;
		case TAG_HEAD:
			return false;
		default:
			break;
		}
		if (tag_flags(tok->tag) & TAGF_HEAD) {
			struct node *head = t->head;
			push(t, head);
			head_start_tag(t);
			remove_open(t, head);
			return false;
		}
	} else if (tok->type == TOKEN_END) {
		if (tok->tag == TAG_TEMPLATE) {
			end_template(t);
			return false;
		}
		if (tok->tag == TAG_HEAD || is_stray_end(t))
			return false;
	}
	insert_implied(t, TAG_BODY);
	t->mode = MODE_IN_BODY;
	return true;
}

/* ---- In body ---- */

static bool is_all_space(mk_str s)
{
	return leading_space(s) == s.len;
}

/* Whether the token has the attribute id and, unless name is NULL, its value is name (lower case), ASCII case-insensitively. */
static bool has_attr(const struct tree *t, uint16_t id, const char *name)
{
	for (uint32_t i = 0; i < t->tok->n_attrs; i++) {
		const struct attr *a = &t->tz.attrs[i];
		if (a->id == id && (!name || str_equals(a->value, a->value_len, name)))
			return true;
	}
	return false;
}

/* Adds the token's attributes to n, except those whose names n already has.  n keeps at most max_attributes. */
static void merge_attributes(struct tree *t, struct node *n)
{
	uint32_t n_new = t->tok->n_attrs;
	if (!n_new || n->len >= t->tz.attrs_most)
		return;
	struct attr *attrs = arena_array(&t->pg->arena, n->len + n_new, sizeof *attrs);
	if (n->len)
		memcpy(attrs, n->u.attrs, n->len * sizeof *attrs);
	uint32_t len = n->len;
	for (uint32_t i = 0; i < n_new && len < t->tz.attrs_most; i++) {
		const struct attr *a = &t->tz.attrs[i];
		bool had = false;
		for (uint32_t j = 0; j < n->len && !had; j++)
			had = attrs[j].name_len == a->name_len && !memcmp(attrs[j].name, a->name, a->name_len);
		if (!had)
			attrs[len++] = *a;
	}
	if (len == n->len) {
		arena_trim(&t->pg->arena, attrs, 0);
		return;
	}
	n->u.attrs = attrs;
	n->len = len;
	note_hiding(t, n);
}

/* <li>, <dd>, <dt>: first closes the open item of the same list. */
static void start_list_item(struct tree *t)
{
	uint32_t tag = t->tok->tag;
	t->frameset_ok = false;
	for (uint32_t i = t->n_open; i-- > 1;) {
		const struct node *n = t->open[i];
		bool closes = n->ns == NS_HTML && (n->tag == tag || (tag == TAG_DD && n->tag == TAG_DT) || (tag == TAG_DT && n->tag == TAG_DD));
		if (closes) {
			uint32_t open_tag = n->tag;
			generate_implied_end_tags(t, open_tag);
			pop_until(t, open_tag);
			break;
		}
		if (is_special(n) && !(n->ns == NS_HTML && (n->tag == TAG_ADDRESS || n->tag == TAG_DIV || n->tag == TAG_P)))
			break;
	}
	close_p_in_button_scope(t);
	insert_element(t);
}

/* <a>: first closes an open a element, since links do not nest. */
static void start_a(struct tree *t)
{
	uint32_t entry = find_formatting(t, TAG_A);
	if (entry) {
		struct node *old = t->formatting[entry - 1];
		adoption_agency(t, TAG_A);
		uint32_t still = formatting_index(t, old);
		if (still)
			remove_formatting_at(t, still - 1);
		remove_open(t, old);
	}
	reconstruct_formatting(t);
	push_formatting(t, insert_element(t));
}

static const struct node *nearest_select(const struct node *n)
{
	while (n && !is_html(n, TAG_SELECT))
		n = n->parent;
	return n;
}

/* Remembers n if it is the first selectedcontent of its select; a select with the attribute multiple does not fill it. */
static void note_selected_content(struct tree *t, struct node *n)
{
	const struct node *select = nearest_select(n);
	if (select && select != t->selected_content_of && !dom_attr(select, ATTR_MULTIPLE)) {
		t->selected_content = n;
		t->selected_content_of = select;
	}
}

/* Copies all descendants of from into to, which must be empty.  Copied nodes share text and attributes with the originals. */
static void copy_children(struct tree *t, const struct node *from, struct node *to)
{
	for (const struct node *n = dom_next(from, from); n; n = dom_next(n, from)) {
		struct node *copy = arena_alloc(&t->pg->arena, sizeof *copy);
		*copy = *n;
		count_node(t->pg, n->type);
		if (is_element(n))
			copy->as.kids.first = copy->as.kids.last = NULL;
		else
			copy->as.leaf.cap = 0; /* the text belongs to the original, so it cannot be appended to */
		link_node(copy, to, NULL);
		t->clones++;
		if (first_child(n)) {
			to = copy;
			continue;
		}
		for (const struct node *up = n; up->parent != from && !up->next; up = up->parent)
			to = to->parent;
	}
}

/*
 * "Selectedness setting algorithm" for an option that was just inserted: the first option without the attribute disabled is
 * selected, until an option with the attribute selected replaces it.
 */
static void note_option(struct tree *t, const struct node *option)
{
	const struct node *select = nearest_select(option);
	if (!select)
		return;
	bool first = t->chosen_of != select && !dom_attr(option, ATTR_DISABLED);
	if (first || dom_attr(option, ATTR_SELECTED)) {
		t->chosen = option;
		t->chosen_of = select;
	}
}

/* "Maybe clone an option into selectedcontent".  Called when the selected option is popped: its content is then complete. */
static void chosen_closed(struct tree *t)
{
	if (t->chosen_of != t->selected_content_of || !may_clone(t))
		return;
	for (const struct node *n = t->selected_content; n; n = n->parent)
		if (is_html(n, TAG_OPTION)) /* the standard disables it; a copy of that option would contain itself */
			return;
	t->selected_content->as.kids.first = t->selected_content->as.kids.last = NULL;
	copy_children(t, t->chosen, t->selected_content);
}

static void start_foreign(struct tree *t, enum ns ns);

/* Start tags of elements that a page has once: html, body, frameset. */
static void start_page_part(struct tree *t)
{
	struct node *const body = t->n_open > 1 && is_html(t->open[1], TAG_BODY) ? t->open[1] : NULL;
	switch (t->tok->tag) {
	case TAG_HTML:
		if (!t->n_open_of[TAG_TEMPLATE])
			merge_attributes(t, t->open[0]);
		return;
	case TAG_BODY:
		if (body && !t->n_open_of[TAG_TEMPLATE]) {
			t->frameset_ok = false;
			merge_attributes(t, body);
		}
		return;
	case TAG_FRAMESET:
		if (body && t->frameset_ok) {
			unlink_node(body);
			while (t->n_open > 1)
				pop(t);
			insert_element(t);
			t->mode = MODE_IN_FRAMESET;
		}
		return;
	default:
		return;
	}
}

/* Start tags in body that switch the tokenizer to a state for text without tags. */
static void start_text(struct tree *t)
{
	switch (t->tok->tag) {
	case TAG_PLAINTEXT:
		close_p_in_button_scope(t);
		insert_element(t);
		t->tz.state = STATE_PLAINTEXT;
		return;
	case TAG_TEXTAREA:
		insert_raw(t, STATE_RCDATA);
		t->skip_lf = t->mode == MODE_TEXT;
		t->frameset_ok = false;
		return;
	case TAG_XMP:
		close_p_in_button_scope(t);
		reconstruct_formatting(t);
		/* fall through */
	case TAG_IFRAME:
		t->frameset_ok = false;
		/* fall through */
	case TAG_NOEMBED:
		insert_raw(t, STATE_RAWTEXT);
		return;
	default:
		return;
	}
}

/* <form>: forms do not nest, except in a template. */
static void start_form(struct tree *t)
{
	if (t->form && !t->n_open_of[TAG_TEMPLATE])
		return;
	close_p_in_button_scope(t);
	struct node *form = insert_element(t);
	if (!t->n_open_of[TAG_TEMPLATE])
		t->form = form;
}

/* The less frequent start tags in body, and any other start tag. */
static void start_rare(struct tree *t)
{
	switch (t->tok->tag) {
	case TAG_HTML: case TAG_BODY: case TAG_FRAMESET:
		start_page_part(t);
		return;
	case TAG_PLAINTEXT: case TAG_TEXTAREA: case TAG_XMP: case TAG_IFRAME: case TAG_NOEMBED:
		start_text(t);
		return;
	case TAG_FORM:
		start_form(t);
		return;
	case TAG_BUTTON:
		if (in_scope(t, TAG_BUTTON)) {
			generate_implied_end_tags(t, N_TAGS);
			pop_until(t, TAG_BUTTON);
		}
		reconstruct_formatting(t);
		insert_element(t);
		t->frameset_ok = false;
		return;
	case TAG_NOBR:
		reconstruct_formatting(t);
		if (in_scope(t, TAG_NOBR)) {
			adoption_agency(t, TAG_NOBR);
			reconstruct_formatting(t);
		}
		push_formatting(t, insert_element(t));
		return;
	case TAG_TABLE:
		if (!t->quirks)
			close_p_in_button_scope(t);
		insert_element(t);
		t->frameset_ok = false;
		t->mode = MODE_IN_TABLE;
		return;
	case TAG_IMAGE: /* becomes img; the standard gives no reason: "Don't ask." */
		t->tok->tag = TAG_IMG;
		reconstruct_formatting(t);
		insert_void(t);
		t->frameset_ok = false;
		return;
	case TAG_MATH:
		start_foreign(t, NS_MATHML);
		return;
	case TAG_SVG:
		start_foreign(t, NS_SVG);
		return;
	default:
		reconstruct_formatting(t);
		struct node *n = insert_element(t);
		if (n->tag == TAG_SELECTEDCONTENT)
			note_selected_content(t, n);
	}
}

/* <select>, <option>, <optgroup>, <input>, <hr>: their rules depend on whether a select is in scope. */
static void start_select_part(struct tree *t)
{
	const uint32_t tag = t->tok->tag;
	const bool in_select = in_scope(t, TAG_SELECT);
	if ((tag == TAG_SELECT || tag == TAG_INPUT) && t->context && is_html(t->context, TAG_SELECT))
		return;
	switch (tag) {
	case TAG_SELECT:
		if (in_select) {
			pop_until(t, TAG_SELECT);
			return;
		}
		reconstruct_formatting(t);
		insert_element(t);
		t->frameset_ok = false;
		return;
	case TAG_INPUT:
		if (in_select)
			pop_until(t, TAG_SELECT);
		reconstruct_formatting(t);
		insert_void(t);
		if (!has_attr(t, ATTR_TYPE, "hidden"))
			t->frameset_ok = false;
		return;
	case TAG_HR:
		close_p_in_button_scope(t);
		if (in_select)
			generate_implied_end_tags(t, N_TAGS);
		insert_void(t);
		t->frameset_ok = false;
		return;
	default: /* option, optgroup */
		if (in_select)
			generate_implied_end_tags(t, tag == TAG_OPTION ? TAG_OPTGROUP : N_TAGS);
		else if (is_html(current_node(t), TAG_OPTION))
			pop(t);
		reconstruct_formatting(t);
		struct node *n = insert_element(t);
		if (tag == TAG_OPTION)
			note_option(t, n);
	}
}

static void start_heading(struct tree *t)
{
	close_p_in_button_scope(t);
	if (current_node(t)->ns == NS_HTML && is_heading(current_node(t)->tag))
		pop(t);
	insert_element(t);
}

/* <applet>, <marquee>, <object>: the marker keeps formatting elements from crossing their boundaries. */
static void start_object(struct tree *t)
{
	reconstruct_formatting(t);
	insert_element(t);
	insert_marker(t);
	t->frameset_ok = false;
}

/* <rb>, <rtc>, <rp>, <rt>.  Inside an rtc element, rp and rt leave it open. */
static void start_ruby_part(struct tree *t)
{
	const uint32_t tag = t->tok->tag;
	if (in_scope(t, TAG_RUBY))
		generate_implied_end_tags(t, tag == TAG_RP || tag == TAG_RT ? TAG_RTC : N_TAGS);
	insert_element(t);
}

/*
 * The start tags of "in body".  Large groups of tags with the same rule are recognised by the flags of tags.h, ahead of the switch.
 * Always returns false, since no start tag is reprocessed.
 */
static bool start_tag_in_body(struct tree *t)
{
	const uint32_t tag = t->tok->tag;
	const unsigned flags = tag_flags(tag);
	if (flags & TAGF_CLOSES_P) {
		close_p_in_button_scope(t);
		insert_element(t);
		return false;
	}
	if (flags & TAGF_FORMATTING && tag != TAG_A && tag != TAG_NOBR) {
		reconstruct_formatting(t);
		push_formatting(t, insert_element(t));
		return false;
	}
	if (flags & TAGF_HEAD) {
		head_start_tag(t);
		return false;
	}
	if (flags & TAGF_TABLE_PART && tag != TAG_FRAMESET)
		return false;
	switch (tag) {
	case TAG_A:
		start_a(t);
		return false;
	case TAG_LI:
	case TAG_DD:
	case TAG_DT:
		start_list_item(t);
		return false;
	case TAG_H1: case TAG_H2: case TAG_H3: case TAG_H4: case TAG_H5: case TAG_H6:
		start_heading(t);
		return false;
	case TAG_AREA: case TAG_BR: case TAG_EMBED: case TAG_IMG: case TAG_KEYGEN: case TAG_WBR:
		reconstruct_formatting(t);
		insert_void(t);
		t->frameset_ok = false;
		return false;
	case TAG_PARAM: case TAG_SOURCE: case TAG_TRACK:
		insert_void(t);
		return false;
	case TAG_SELECT: case TAG_OPTION: case TAG_OPTGROUP: case TAG_INPUT: case TAG_HR:
		start_select_part(t);
		return false;
	case TAG_PRE: case TAG_LISTING:
		close_p_in_button_scope(t);
		insert_element(t);
		t->skip_lf = true;
		t->frameset_ok = false;
		return false;
	case TAG_APPLET: case TAG_MARQUEE: case TAG_OBJECT:
		start_object(t);
		return false;
	case TAG_RB: case TAG_RTC: case TAG_RP: case TAG_RT:
		start_ruby_part(t);
		return false;
	default:
		start_rare(t);
		return false;
	}
}

/* "Any other end tag" of "in body". */
static void any_other_end_tag(struct tree *t, uint32_t tag)
{
	if (!is_open_html(t, tag))
		return;
	for (uint32_t i = t->n_open; i-- > 1;) {
		const struct node *n = t->open[i];
		if (n->tag == tag && n->ns == NS_HTML) {
			generate_implied_end_tags(t, tag);
			while (t->n_open > i)
				pop(t);
			return;
		}
		if (is_special(n))
			return;
	}
}

static void end_form(struct tree *t)
{
	if (t->n_open_of[TAG_TEMPLATE]) {
		if (in_scope(t, TAG_FORM)) {
			generate_implied_end_tags(t, N_TAGS);
			pop_until(t, TAG_FORM);
		}
		return;
	}
	struct node *form = t->form;
	t->form = NULL;
	uint32_t at = form ? open_index(t, form) : 0;
	if (!at || !node_in_scope(t, at - 1))
		return;
	generate_implied_end_tags(t, N_TAGS);
	remove_open(t, form);
}

/* </body> and </html>.  Returns true for </html>, which is reprocessed after the body has ended. */
static bool end_body(struct tree *t)
{
	if (!in_scope(t, TAG_BODY))
		return false;
	t->mode = MODE_AFTER_BODY;
	return t->tok->tag == TAG_HTML;
}

/* </p>: without an open p element, an empty one is created. */
static void end_p(struct tree *t)
{
	if (!in_button_scope(t, TAG_P)) {
		t->tok->n_attrs = 0;
		insert_implied(t, TAG_P);
	}
	close_p(t);
}

/* </h1> … </h6>: each of them closes whatever heading is open. */
static void end_heading(struct tree *t)
{
	if (!heading_in_scope(t))
		return;
	generate_implied_end_tags(t, N_TAGS);
	for (bool done = false; !done && t->n_open > 1; pop(t))
		done = current_node(t)->ns == NS_HTML && is_heading(current_node(t)->tag);
}

static bool end_tag_in_body(struct tree *t)
{
	const uint32_t tag = t->tok->tag;
	const unsigned flags = tag_flags(tag);
	if (flags & TAGF_BLOCK_END) {
		if (in_scope(t, tag)) {
			generate_implied_end_tags(t, N_TAGS);
			pop_until(t, tag);
		}
		return false;
	}
	if (flags & TAGF_FORMATTING) {
		adoption_agency(t, tag);
		return false;
	}
	switch (tag) {
	case TAG_P:
		end_p(t);
		return false;
	case TAG_LI:
		if (in_list_item_scope(t, TAG_LI)) {
			generate_implied_end_tags(t, TAG_LI);
			pop_until(t, TAG_LI);
		}
		return false;
	case TAG_DD: case TAG_DT:
		if (in_scope(t, tag)) {
			generate_implied_end_tags(t, tag);
			pop_until(t, tag);
		}
		return false;
	case TAG_H1: case TAG_H2: case TAG_H3: case TAG_H4: case TAG_H5: case TAG_H6:
		end_heading(t);
		return false;
	case TAG_APPLET: case TAG_MARQUEE: case TAG_OBJECT:
		if (in_scope(t, tag)) {
			generate_implied_end_tags(t, N_TAGS);
			pop_until(t, tag);
			clear_formatting_to_marker(t);
		}
		return false;
	case TAG_BR:
		reconstruct_formatting(t);
		t->tok->n_attrs = 0;
		insert_void(t);
		t->frameset_ok = false;
		return false;
	case TAG_FORM:
		end_form(t);
		return false;
	case TAG_BODY: case TAG_HTML:
		return end_body(t);
	case TAG_TEMPLATE:
		end_template(t);
		return false;
	default:
		any_other_end_tag(t, tag);
		return false;
	}
}

static bool in_template(struct tree *t);

static bool in_body(struct tree *t)
{
	switch (t->tok->type) {
	case TOKEN_TEXT:
		reconstruct_formatting(t);
		insert_token_text(t);
		t->said += t->tok->text.len;
		if (t->frameset_ok && !is_all_space(t->tok->text))
			t->frameset_ok = false;
		return false;
	case TOKEN_START:
		return start_tag_in_body(t);
	case TOKEN_END:
		return end_tag_in_body(t);
	case TOKEN_COMMENT:
	case TOKEN_INSTRUCTION:
		insert_comment(t, NULL);
		return false;
	case TOKEN_EOF:
		return t->n_template_modes ? in_template(t) : false;
	default: /* NUL and doctype are ignored */
		return false;
	}
}

/* The "text" insertion mode: content of raw text, RCDATA and script elements, ended by their end tag or the end of the page. */
static bool in_text(struct tree *t)
{
	if (t->tok->type == TOKEN_TEXT) {
		insert_token_text(t);
		return false;
	}
	pop(t);
	t->mode = t->original_mode;
	return t->tok->type == TOKEN_EOF;
}

/* ---- Tables ---- */

/* "Clear the stack back to a table (table body, table row) context": to an element with one of the tags, a template, or html. */
static void clear_back_to(struct tree *t, uint32_t tag1, uint32_t tag2, uint32_t tag3)
{
	while (t->n_open > 1) {
		const struct node *n = current_node(t);
		if (n->ns == NS_HTML && (n->tag == tag1 || n->tag == tag2 || n->tag == tag3 || n->tag == TAG_TEMPLATE))
			return;
		pop(t);
	}
}

static void clear_to_table(struct tree *t)
{
	clear_back_to(t, TAG_TABLE, TAG_TABLE, TAG_TABLE);
}

static void clear_to_table_body(struct tree *t)
{
	clear_back_to(t, TAG_TBODY, TAG_TFOOT, TAG_THEAD);
}

static void clear_to_row(struct tree *t)
{
	clear_back_to(t, TAG_TR, TAG_TR, TAG_TR);
}

/* "Anything else" of "in table": the rules of "in body", with foster parenting enabled. */
static bool foster_token(struct tree *t)
{
	t->foster = true;
	bool again = process(t, MODE_IN_BODY);
	t->foster = false;
	return again;
}

static bool end_table(struct tree *t)
{
	if (!in_table_scope(t, TAG_TABLE))
		return false;
	pop_until(t, TAG_TABLE);
	reset_insertion_mode(t);
	return true;
}

/* Start tags for which "in table" has rules.  Returns false for other tags.  *again: the token must be reprocessed. */
static bool start_tag_in_table(struct tree *t, bool *again)
{
	*again = false;
	switch (t->tok->tag) {
	case TAG_CAPTION:
		clear_to_table(t);
		insert_marker(t);
		insert_element(t);
		t->mode = MODE_IN_CAPTION;
		return true;
	case TAG_COLGROUP:
		clear_to_table(t);
		insert_element(t);
		t->mode = MODE_IN_COLUMN_GROUP;
		return true;
	case TAG_COL:
		clear_to_table(t);
		insert_implied(t, TAG_COLGROUP);
		t->mode = MODE_IN_COLUMN_GROUP;
		*again = true;
		return true;
	case TAG_TBODY: case TAG_TFOOT: case TAG_THEAD:
		clear_to_table(t);
		insert_element(t);
		t->mode = MODE_IN_TABLE_BODY;
		return true;
	case TAG_TD: case TAG_TH: case TAG_TR:
		clear_to_table(t);
		insert_implied(t, TAG_TBODY);
		t->mode = MODE_IN_TABLE_BODY;
		*again = true;
		return true;
	case TAG_TABLE:
		*again = end_table(t);
		return true;
	case TAG_STYLE: case TAG_SCRIPT: case TAG_TEMPLATE:
		*again = process(t, MODE_IN_HEAD);
		return true;
	case TAG_INPUT:
		if (!has_attr(t, ATTR_TYPE, "hidden"))
			return false;
		insert_void(t);
		return true;
	case TAG_FORM:
		if (!t->form && !t->n_open_of[TAG_TEMPLATE]) {
			t->form = insert_element(t);
			pop(t);
		}
		return true;
	default:
		return false;
	}
}

/* Whether text inside n is collected as pending table character tokens. */
static bool is_table_part(const struct node *n)
{
	return n->ns == NS_HTML && (n->tag == TAG_TABLE || n->tag == TAG_TBODY || n->tag == TAG_TEMPLATE || n->tag == TAG_TFOOT ||
	                            n->tag == TAG_THEAD || n->tag == TAG_TR);
}

static bool in_table(struct tree *t)
{
	const struct token *tok = t->tok;
	bool again;
	switch (tok->type) {
	case TOKEN_TEXT:
	case TOKEN_NUL:
		if (!is_table_part(current_node(t)))
			break;
		t->table_text.len = 0;
		t->table_text_any = t->table_text_solid = false;
		t->original_mode = t->mode;
		t->mode = MODE_IN_TABLE_TEXT;
		return true;
	case TOKEN_COMMENT:
	case TOKEN_INSTRUCTION:
		insert_comment(t, NULL);
		return false;
	case TOKEN_DOCTYPE:
		return false;
	case TOKEN_START:
		if (start_tag_in_table(t, &again))
			return again;
		break;
	case TOKEN_END:
		switch (tok->tag) {
		case TAG_TABLE:
			end_table(t);
			return false;
		case TAG_BODY: case TAG_CAPTION: case TAG_COL: case TAG_COLGROUP: case TAG_HTML: case TAG_TBODY: case TAG_TD:
		case TAG_TFOOT: case TAG_TH: case TAG_THEAD: case TAG_TR:
			return false;
		case TAG_TEMPLATE:
			return process(t, MODE_IN_HEAD);
		default:
			break;
		}
		break;
	case TOKEN_EOF:
		return process(t, MODE_IN_BODY);
	}
	return foster_token(t);
}

/* Inserts the pending table character tokens: in place if all are white space, else in front of the table, by foster parenting. */
static void flush_table_text(struct tree *t)
{
	if (!t->table_text_any)
		return;
	char *text = arena_alloc(&t->pg->arena, t->table_text.len);
	memcpy(text, t->table_text.p, t->table_text.len);
	if (t->table_text_solid) {
		t->foster = true;
		reconstruct_formatting(t);
		t->frameset_ok = false;
	}
	insert_text(t, text, t->table_text.len, t->table_text_src, t->table_text_end);
	t->foster = false;
}

static bool in_table_text(struct tree *t)
{
	const struct token *tok = t->tok;
	if (tok->type == TOKEN_NUL)
		return false;
	if (tok->type == TOKEN_TEXT) {
		if (!t->table_text.arena)
			buf_init(&t->table_text, &t->pg->arena, 256);
		if (!t->table_text_any)
			t->table_text_src = tok->src;
		t->table_text_any = true;
		t->table_text_end = tok->src_end;
		t->table_text_solid = t->table_text_solid || !is_all_space(tok->text);
		buf_add(&t->table_text, tok->text.p, tok->text.len);
		return false;
	}
	flush_table_text(t);
	t->mode = t->original_mode;
	return true;
}

/* Tags of the elements that a table consists of, which end or are ignored in most of its insertion modes. */
static bool is_cell_or_row_tag(uint32_t tag)
{
	return tag == TAG_CAPTION || tag == TAG_COL || tag == TAG_COLGROUP || tag == TAG_TBODY || tag == TAG_TD || tag == TAG_TFOOT ||
	       tag == TAG_TH || tag == TAG_THEAD || tag == TAG_TR;
}

static bool in_caption(struct tree *t)
{
	const struct token *tok = t->tok;
	bool start = tok->type == TOKEN_START, end = tok->type == TOKEN_END;
	if ((end && (tok->tag == TAG_CAPTION || tok->tag == TAG_TABLE)) || (start && is_cell_or_row_tag(tok->tag))) {
		if (!in_table_scope(t, TAG_CAPTION))
			return false;
		generate_implied_end_tags(t, N_TAGS);
		pop_until(t, TAG_CAPTION);
		clear_formatting_to_marker(t);
		t->mode = MODE_IN_TABLE;
		return !is_end(t, TAG_CAPTION);
	}
	if (end && (tok->tag == TAG_BODY || tok->tag == TAG_HTML || is_cell_or_row_tag(tok->tag)))
		return false;
	return process(t, MODE_IN_BODY);
}

static bool has_space(mk_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (is_space(s.p[i]))
			return true;
	return false;
}

/*
 * Inserts the white space of the token's text and drops all other characters: in a frameset, after one, and in "in column group"
 * when the current node is not a colgroup but, for example, a template.
 */
static void insert_spaces_only(struct tree *t)
{
	mk_str text = t->tok->text;
	for (size_t i = 0; i < text.len;) {
		size_t n = 0;
		while (i + n < text.len && is_space(text.p[i + n]))
			n++;
		insert_text(t, text.p + i, n, t->tok->src, t->tok->src_end);
		i += n + 1;
	}
}

static bool in_column_group(struct tree *t)
{
	const struct token *tok = t->tok;
	if (tok->type == TOKEN_DOCTYPE || take_space(t, true))
		return false;
	if (is_remark(t)) {
		insert_comment(t, NULL);
		return false;
	}
	if (is_start(t, TAG_HTML) || tok->type == TOKEN_EOF)
		return process(t, MODE_IN_BODY);
	if (is_start(t, TAG_COL)) {
		insert_void(t);
		return false;
	}
	if (is_start(t, TAG_TEMPLATE) || is_end(t, TAG_TEMPLATE))
		return process(t, MODE_IN_HEAD);
	if (is_end(t, TAG_COL) || !is_html(current_node(t), TAG_COLGROUP)) {
		if (tok->type == TOKEN_TEXT)
			insert_spaces_only(t);
		return false;
	}
	pop(t);
	t->mode = MODE_IN_TABLE;
	return !is_end(t, TAG_COLGROUP);
}

static bool table_body_in_scope(const struct tree *t)
{
	return in_table_scope(t, TAG_TBODY) || in_table_scope(t, TAG_THEAD) || in_table_scope(t, TAG_TFOOT);
}

static bool is_table_body_tag(uint32_t tag)
{
	return tag == TAG_TBODY || tag == TAG_TFOOT || tag == TAG_THEAD;
}

static bool in_table_body(struct tree *t)
{
	const struct token *tok = t->tok;
	const uint32_t tag = tok->tag;
	bool start = tok->type == TOKEN_START, end = tok->type == TOKEN_END;
	if (start && tag == TAG_TR) {
		clear_to_table_body(t);
		insert_element(t);
		t->mode = MODE_IN_ROW;
		return false;
	}
	if (start && (tag == TAG_TH || tag == TAG_TD)) {
		clear_to_table_body(t);
		insert_implied(t, TAG_TR);
		t->mode = MODE_IN_ROW;
		return true;
	}
	if (end && is_table_body_tag(tag)) {
		if (!in_table_scope(t, tag))
			return false;
		clear_to_table_body(t);
		pop(t);
		t->mode = MODE_IN_TABLE;
		return false;
	}
	if ((start && (tag == TAG_CAPTION || tag == TAG_COL || tag == TAG_COLGROUP || is_table_body_tag(tag))) ||
	    (end && tag == TAG_TABLE)) {
		if (!table_body_in_scope(t))
			return false;
		clear_to_table_body(t);
		pop(t);
		t->mode = MODE_IN_TABLE;
		return true;
	}
	if (end && (tag == TAG_BODY || tag == TAG_HTML || is_cell_or_row_tag(tag)))
		return false;
	return process(t, MODE_IN_TABLE);
}

/* Closes the row.  Returns false if no tr element is in table scope. */
static bool close_row(struct tree *t)
{
	if (!in_table_scope(t, TAG_TR))
		return false;
	clear_to_row(t);
	pop(t);
	t->mode = MODE_IN_TABLE_BODY;
	return true;
}

static bool in_row(struct tree *t)
{
	const struct token *tok = t->tok;
	const uint32_t tag = tok->tag;
	bool start = tok->type == TOKEN_START, end = tok->type == TOKEN_END;
	if (start && (tag == TAG_TH || tag == TAG_TD)) {
		clear_to_row(t);
		insert_element(t);
		t->mode = MODE_IN_CELL;
		insert_marker(t);
		return false;
	}
	if (end && tag == TAG_TR) {
		close_row(t);
		return false;
	}
	if ((start && is_cell_or_row_tag(tag)) || (end && tag == TAG_TABLE))
		return close_row(t);
	if (end && is_table_body_tag(tag))
		return in_table_scope(t, tag) && close_row(t);
	if (end && (tag == TAG_BODY || tag == TAG_HTML || is_cell_or_row_tag(tag)))
		return false;
	return process(t, MODE_IN_TABLE);
}

/* "Close the cell". */
static void close_cell(struct tree *t)
{
	generate_implied_end_tags(t, N_TAGS);
	while (t->n_open > 1) {
		bool cell = is_html(current_node(t), TAG_TD) || is_html(current_node(t), TAG_TH);
		pop(t);
		if (cell)
			break;
	}
	clear_formatting_to_marker(t);
	t->mode = MODE_IN_ROW;
}

static bool in_cell(struct tree *t)
{
	const struct token *tok = t->tok;
	const uint32_t tag = tok->tag;
	bool start = tok->type == TOKEN_START, end = tok->type == TOKEN_END;
	if (end && (tag == TAG_TD || tag == TAG_TH)) {
		if (!in_table_scope(t, tag))
			return false;
		generate_implied_end_tags(t, N_TAGS);
		pop_until(t, tag);
		clear_formatting_to_marker(t);
		t->mode = MODE_IN_ROW;
		return false;
	}
	if (start && is_cell_or_row_tag(tag)) {
		if (!in_table_scope(t, TAG_TD) && !in_table_scope(t, TAG_TH))
			return false;
		close_cell(t);
		return true;
	}
	if (end && (tag == TAG_BODY || tag == TAG_CAPTION || tag == TAG_COL || tag == TAG_COLGROUP || tag == TAG_HTML))
		return false;
	if (end && (tag == TAG_TABLE || tag == TAG_TR || is_table_body_tag(tag))) {
		if (!in_table_scope(t, tag))
			return false;
		close_cell(t);
		return true;
	}
	return process(t, MODE_IN_BODY);
}

/* ---- Templates, frames, the end ---- */

static bool in_template(struct tree *t)
{
	const struct token *tok = t->tok;
	if (tok->type == TOKEN_START) {
		enum mode next;
		switch (tok->tag) {
		case TAG_BASE: case TAG_BASEFONT: case TAG_BGSOUND: case TAG_LINK: case TAG_META: case TAG_NOFRAMES: case TAG_SCRIPT:
		case TAG_STYLE: case TAG_TEMPLATE: case TAG_TITLE:
			return process(t, MODE_IN_HEAD);
		case TAG_CAPTION: case TAG_COLGROUP: case TAG_TBODY: case TAG_TFOOT: case TAG_THEAD:
			next = MODE_IN_TABLE;
			break;
		case TAG_COL:
			next = MODE_IN_COLUMN_GROUP;
			break;
		case TAG_TR:
			next = MODE_IN_TABLE_BODY;
			break;
		case TAG_TD: case TAG_TH:
			next = MODE_IN_ROW;
			break;
		default:
			next = MODE_IN_BODY;
		}
		if (t->n_template_modes)
			t->template_modes[t->n_template_modes - 1] = (uint8_t)next;
		t->mode = next;
		return true;
	}
	if (tok->type == TOKEN_END) {
		if (tok->tag == TAG_TEMPLATE)
			end_template(t);
		return false;
	}
	if (tok->type == TOKEN_EOF) {
		if (!t->n_open_of[TAG_TEMPLATE])
			return false;
		end_template(t);
		return true;
	}
	return process(t, MODE_IN_BODY);
}

static bool after_body(struct tree *t)
{
	const struct token *tok = t->tok;
	if (tok->type == TOKEN_DOCTYPE)
		return false;
	if (tok->type == TOKEN_TEXT && is_all_space(tok->text))
		return process(t, MODE_IN_BODY);
	if (is_remark(t)) {
		insert_comment(t, t->open[0]);
		return false;
	}
	if (is_start(t, TAG_HTML))
		return process(t, MODE_IN_BODY);
	if (is_end(t, TAG_HTML)) {
		if (!t->context)
			t->mode = MODE_AFTER_AFTER_BODY;
		return false;
	}
	if (tok->type == TOKEN_EOF)
		return false;
	t->mode = MODE_IN_BODY;
	return true;
}

static bool in_frameset(struct tree *t)
{
	const struct token *tok = t->tok;
	if (tok->type == TOKEN_TEXT) {
		insert_spaces_only(t);
	} else if (is_remark(t)) {
		insert_comment(t, NULL);
	} else if (is_start(t, TAG_HTML)) {
		return process(t, MODE_IN_BODY);
	} else if (is_start(t, TAG_FRAMESET)) {
		insert_element(t);
	} else if (is_end(t, TAG_FRAMESET)) {
		if (t->n_open > 1)
			pop(t);
		if (!t->context && !is_html(current_node(t), TAG_FRAMESET))
			t->mode = MODE_AFTER_FRAMESET;
	} else if (is_start(t, TAG_FRAME)) {
		insert_void(t);
	} else if (is_start(t, TAG_NOFRAMES)) {
		return process(t, MODE_IN_HEAD);
	}
	return false;
}

static bool after_frameset(struct tree *t)
{
	if (t->tok->type == TOKEN_TEXT)
		insert_spaces_only(t);
	else if (is_remark(t))
		insert_comment(t, NULL);
	else if (is_start(t, TAG_HTML))
		return process(t, MODE_IN_BODY);
	else if (is_start(t, TAG_NOFRAMES))
		return process(t, MODE_IN_HEAD);
	else if (is_end(t, TAG_HTML))
		t->mode = MODE_AFTER_AFTER_FRAMESET;
	return false;
}

/* "After after body" and "after after frameset". */
static bool after_after(struct tree *t)
{
	const struct token *tok = t->tok;
	bool body = t->mode == MODE_AFTER_AFTER_BODY;
	if (is_remark(t)) {
		insert_comment(t, t->document);
		return false;
	}
	if (tok->type == TOKEN_EOF)
		return false;
	if (is_start(t, TAG_HTML))
		return process(t, MODE_IN_BODY);
	if (!body) {
		if (is_start(t, TAG_NOFRAMES))
			return process(t, MODE_IN_HEAD);
		if (tok->type == TOKEN_TEXT && has_space(tok->text)) { /* white space as "in body", the rest dropped */
			reconstruct_formatting(t);
			insert_spaces_only(t);
		}
		return false;
	}
	if (tok->type == TOKEN_DOCTYPE || (tok->type == TOKEN_TEXT && is_all_space(tok->text)))
		return process(t, MODE_IN_BODY);
	t->mode = MODE_IN_BODY;
	return true;
}

/* ---- Foreign content ---- */

/* "MathML text integration point". */
static bool is_math_text_point(const struct node *n)
{
	return n->ns == NS_MATHML &&
	       (n->tag == TAG_MI || n->tag == TAG_MO || n->tag == TAG_MN || n->tag == TAG_MS || n->tag == TAG_MTEXT);
}

/* "HTML integration point". */
static bool is_html_point(const struct node *n)
{
	if (n->ns == NS_SVG)
		return n->tag == TAG_FOREIGNOBJECT || n->tag == TAG_DESC || n->tag == TAG_TITLE;
	if (n->ns != NS_MATHML || n->tag != TAG_ANNOTATION_XML)
		return false;
	mk_str encoding = dom_value(n, ATTR_ENCODING);
	return str_equals(encoding.p, encoding.len, "text/html") || str_equals(encoding.p, encoding.len, "application/xhtml+xml");
}

/* "Tree construction dispatcher": whether the rules for foreign content apply to the token. */
static bool is_foreign(const struct tree *t)
{
	if (!t->n_open)
		return false;
	const struct token *tok = t->tok;
	const struct node *n = adjusted_current_node(t);
	if (n->ns == NS_HTML || tok->type == TOKEN_EOF)
		return false;
	bool text = tok->type == TOKEN_TEXT || tok->type == TOKEN_NUL, start = tok->type == TOKEN_START;
	if (is_math_text_point(n) && (text || (start && tok->tag != TAG_MGLYPH && tok->tag != TAG_MALIGNMARK)))
		return false;
	if (n->ns == NS_MATHML && n->tag == TAG_ANNOTATION_XML && start && tok->tag == TAG_SVG)
		return false;
	return !(is_html_point(n) && (text || start));
}

/*
 * Replaces an attribute's name with the spelling in the row, one of n, that matches it; returns false if no row matches.  Rows are
 * sorted, so a binary search finds the first row with the name's first letter, and only the rows with that letter are compared.
 */
static bool adjust_name(struct attr *a, const struct adjusted *rows, size_t n)
{
	const struct adjusted *const end = rows + n;
	while (n) {
		const size_t half = n / 2;
		if (rows[half].lower[0] < a->name[0]) {
			rows += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	for (; rows < end && rows->lower[0] == a->name[0]; rows++) {
		if (rows->len == a->name_len && !memcmp(rows->lower, a->name, a->name_len)) {
			a->name = rows->name;
			return true;
		}
	}
	return false;
}

/* "Adjust MathML attributes", "adjust SVG attributes" and "adjust foreign attributes" for the current token. */
static void adjust_attributes(struct tree *t, enum ns ns)
{
	static const struct adjusted definition_url[] = {{13, "definitionurl", "definitionURL"}};
	for (uint32_t i = 0; i < t->tok->n_attrs; i++) {
		struct attr *a = &t->tz.attrs[i];
		if (a->id != ATTR_OTHER)
			continue; /* names with an id are never adjusted */
		if (!(ns == NS_SVG ? adjust_name(a, svg_attrs, N_OF(svg_attrs)) : adjust_name(a, definition_url, 1)))
			adjust_name(a, foreign_attrs, N_OF(foreign_attrs));
	}
}

/* "Insert a foreign element" for the current token; a self-closing one is not pushed, since it would be popped at once. */
static void insert_foreign(struct tree *t, enum ns ns)
{
	adjust_attributes(t, ns);
	struct node *n = new_element(t, t->tok->tag, ns);
	if (t->tok->self_closing) {
		insert_at(n, appropriate_place(t, current_node(t)));
		return;
	}
	if (t->n_open >= t->depth_most) {
		flatten(t);
		n->flags |= NODE_FLATTENED;
	}
	insert_at(n, appropriate_place(t, current_node(t)));
	push(t, n);
}

/* <math> and <svg> in body. */
static void start_foreign(struct tree *t, enum ns ns)
{
	reconstruct_formatting(t);
	insert_foreign(t, ns);
}

/* Whether a start or end tag belongs to HTML and therefore closes the open foreign elements. */
static bool leaves_foreign(const struct tree *t)
{
	const struct token *tok = t->tok;
	if (tok->type == TOKEN_END)
		return tok->tag == TAG_BR || tok->tag == TAG_P;
	if (tag_flags(tok->tag) & TAGF_BREAKOUT)
		return true;
	return tok->tag == TAG_FONT && (has_attr(t, ATTR_COLOR, NULL) || has_attr(t, ATTR_FACE, NULL) || has_attr(t, ATTR_SIZE, NULL));
}

static bool end_tag_in_foreign(struct tree *t)
{
	for (uint32_t i = t->n_open; i-- > 1;) {
		const struct node *n = t->open[i];
		if (n->ns == NS_HTML)
			return process(t, t->mode);
		if (n->tag == t->tok->tag) {
			while (t->n_open > i)
				pop(t);
			return false;
		}
	}
	return false;
}

/* "The rules for parsing tokens in foreign content". */
static bool in_foreign_content(struct tree *t)
{
	const struct token *tok = t->tok;
	switch (tok->type) {
	case TOKEN_NUL: {
		char *text = arena_array(&t->pg->arena, tok->text.len, 3);
		for (size_t i = 0; i < tok->text.len; i++)
			memcpy(text + 3 * i, "\xEF\xBF\xBD", 3);
		insert_text(t, text, 3 * tok->text.len, tok->src, tok->src_end);
		return false;
	}
	case TOKEN_TEXT:
		insert_token_text(t);
		if (t->frameset_ok && !is_all_space(tok->text))
			t->frameset_ok = false;
		return false;
	case TOKEN_COMMENT:
	case TOKEN_INSTRUCTION:
		insert_comment(t, NULL);
		return false;
	case TOKEN_START:
	case TOKEN_END:
		if (leaves_foreign(t)) {
			while (t->n_open > 1 && current_node(t)->ns != NS_HTML && !is_math_text_point(current_node(t)) &&
			       !is_html_point(current_node(t)))
				pop(t);
			return process(t, t->mode);
		}
		if (tok->type == TOKEN_END)
			return end_tag_in_foreign(t);
		insert_foreign(t, (enum ns)adjusted_current_node(t)->ns);
		return false;
	default:
		return false;
	}
}

/* ---- The loop ---- */

/* Processes the token by the rules of mode.  Returns true if it must be reprocessed by the rules of t->mode. */
static bool process(struct tree *t, enum mode mode)
{
	switch (mode) {
	case MODE_INITIAL: return in_initial(t);
	case MODE_BEFORE_HTML: return before_html(t);
	case MODE_BEFORE_HEAD: return before_head(t);
	case MODE_IN_HEAD: return in_head(t);
	case MODE_IN_HEAD_NOSCRIPT: return in_head_noscript(t);
	case MODE_AFTER_HEAD: return after_head(t);
	case MODE_IN_BODY: return in_body(t);
	case MODE_TEXT: return in_text(t);
	case MODE_IN_TABLE: return in_table(t);
	case MODE_IN_TABLE_TEXT: return in_table_text(t);
	case MODE_IN_CAPTION: return in_caption(t);
	case MODE_IN_COLUMN_GROUP: return in_column_group(t);
	case MODE_IN_TABLE_BODY: return in_table_body(t);
	case MODE_IN_ROW: return in_row(t);
	case MODE_IN_CELL: return in_cell(t);
	case MODE_IN_TEMPLATE: return in_template(t);
	case MODE_AFTER_BODY: return after_body(t);
	case MODE_IN_FRAMESET: return in_frameset(t);
	case MODE_AFTER_FRAMESET: return after_frameset(t);
	case MODE_AFTER_AFTER_BODY:
	case MODE_AFTER_AFTER_FRAMESET: return after_after(t);
	}
	return false;
}

/* "If the next token is a U+000A LINE FEED (LF) character token, then ignore that token": after <pre>, <listing> and <textarea>. */
static void skip_line_feed(struct tree *t)
{
	t->skip_lf = false;
	if (t->tok->type == TOKEN_TEXT && t->tok->text.p[0] == '\n')
		drop_text(t, 1);
}

/*
 * The memory in use is compared with its limit only once in TOKENS_UNSEEN tokens, to save time, and also after each token that may
 * have taken much memory: one with a copy of its text or with more than ATTRIBUTES_FEW attributes.
 */
#define TOKENS_UNSEEN 16
#define ATTRIBUTES_FEW 8

/*
 * Whether one of the two budgets is spent; the rest of the page is then not read.  work: tokens read so far.  The tree may use half
 * of the memory that the text has left, and less if it has many blocks, so that later stages can keep all blocks that are read.
 */
static bool is_spent(struct tree *t, uint64_t work)
{
	const bool looks = work % TOKENS_UNSEEN == 0 || t->tok->copied || t->tok->n_attrs > ATTRIBUTES_FEW;
	const mk_options *o = &t->pg->options;
	if (work + t->clones >= o->max_work) {
		warn(t->pg, MK_WARN_WORK);
		return true;
	}
	if (!looks)
		return false;
	const mk_page *pg = t->pg;
	const uint64_t n_blocks = pg->n_boxes < pg->n_texts ? pg->n_boxes : pg->n_texts;
	const size_t used = arena_used(&pg->arena);
	if (used <= t->most_memory && (!t->tz.lean || used + BLOCK_BYTES * n_blocks <= pg->most_memory))
		return false;
	warn(t->pg, MK_WARN_MEMORY);
	return true;
}

/*
 * Whether white space at this position, before a tag, would directly follow the start or the end of a block and so be invisible to
 * readers.  The answer is false when in doubt: in foreign content, in pre, in raw text, in modes in which white space matters.
 */
static bool is_between_blocks(const struct tree *t)
{
	enum { WHERE = 1 << MODE_IN_BODY | 1 << MODE_IN_TABLE | 1 << MODE_IN_TABLE_BODY | 1 << MODE_IN_ROW | 1 << MODE_IN_CELL };
	if (!(WHERE >> t->mode & 1) || t->n_foreign || t->n_open_of[TAG_PRE] || t->tz.state != STATE_DATA)
		return false;
	if (t->n_formatting && t->formatting[t->n_formatting - 1]) /* white space may have to reopen it */
		return false;
	const struct node *n = current_node(t), *last = n->as.kids.last;
	n = last ? last : n;
	return is_element(n) && is_any_of(n, TAGF_BLOCK) && !is_any_of(n, TAGF_NO_TEXT);
}

/* Skips white space between blocks.  A third of all nodes of a page would hold such white space, and no later stage reads it. */
static void skip_blank(struct tree *t)
{
	const char *p = scan_spaces(t->tz.p);
	if (*p == '<' && is_between_blocks(t))
		t->tz.p = p;
}

#define SAID_MOST 500 /* a page with more bytes of text in its body is read without its scripts */

/*
 * Called at the end of the page.  If the page has next to no text and one of its scripts contains HTML in a string (script.c),
 * makes the tokenizer continue with that HTML and returns true.  Happens once per page, and not if the page ends in a mode in which
 * HTML could not be added to the body, or inside a template.
 *
 * Measured when it was introduced: F1 of one news page of 124 rose from 0 to .963; none of the other 1,779 labelled pages changed.
 */
static bool feed_script(struct tree *t)
{
	enum { NO_BODY = 1 << MODE_TEXT | 1 << MODE_IN_FRAMESET | 1 << MODE_AFTER_FRAMESET | 1 << MODE_AFTER_AFTER_FRAMESET };
	const mk_page *pg = t->pg;
	uint32_t src;
	const bool fed = pg->article.warnings & MK_WARN_SCRIPT; /* set below */
	if (!t->tz.lean || fed || t->said > SAID_MOST || NO_BODY >> t->mode & 1 || t->n_template_modes)
		return false;
	/* script_html() needs memory for copies: a string in a string is copied twice. */
	if (arena_used(&pg->arena) + 3 * (uint64_t)pg->text_len > t->most_memory)
		return false;
	const mk_str html = script_html(t->pg, &src);
	if (!html.p || html.len > pg->text_len)
		return false;
	/* NUL that became U+FFFD makes a script's text longer than its source.  All offsets must stay inside the page. */
	if (src > pg->text_len - html.len)
		src = pg->text_len - (uint32_t)html.len;
	t->tz.p = html.p;
	t->tz.end = html.p + html.len;
	t->tz.base = (uintptr_t)html.p - src;
	warn(t->pg, MK_WARN_SCRIPT);
	return true;
}

/* Reads and processes tokens until the end of the page, or until a budget is spent. */
static void build(struct tree *t)
{
	struct token tok = {.type = TOKEN_EOF};
	t->tok = &tok;
	for (uint64_t work = 0;; work++) {
		if (is_spent(t, work))
			t->tz.p = t->tz.end;
		if (t->tz.lean && is_space(*t->tz.p) && !t->skip_lf)
			skip_blank(t);
		token_next(&t->tz, &tok);
		if (tok.type == TOKEN_EOF && feed_script(t))
			continue;
		if (tok.type == TOKEN_START)
			t->tags++;
		if (t->skip_lf)
			skip_line_feed(t);
		if (tok.type == TOKEN_TEXT && !tok.text.len)
			continue;
		while (t->tz.in_foreign && is_foreign(t) ? in_foreign_content(t) : process(t, t->mode))
			;
		if (tok.type == TOKEN_EOF)
			break;
	}
	while (t->n_open) /* "stop parsing"; pop() fills a selectedcontent if the option is still open */
		pop(t);
}

static struct tree *new_tree(mk_page *pg)
{
	struct tree *t = arena_alloc(&pg->arena, sizeof *t);
	memset(t, 0, sizeof *t);
	t->pg = pg;
	token_init(&t->tz, pg);
	t->depth_most = pg->options.max_depth;
	t->most_memory = (arena_used(&pg->arena) + pg->most_memory) / 2;
	t->frameset_ok = true;
	t->document = new_node(t, NODE_DOCUMENT, 0);
	pg->document = t->document;
	return t;
}

void tree_build(mk_page *pg, bool lean)
{
	struct tree *t = new_tree(pg);
	t->tz.lean = lean;
	build(t);
}

/* The context element of a fragment, named in html5lib's notation: "td", "svg path", "math mi". */
static struct node *new_context(struct tree *t, const char *context)
{
	struct node *n = new_node(t, NODE_ELEMENT, 0);
	if (!strncmp(context, "svg ", 4)) {
		n->ns = NS_SVG;
		context += 4;
	} else if (!strncmp(context, "math ", 5)) {
		n->ns = NS_MATHML;
		context += 5;
	}
	size_t len = strlen(context);
	char *name = arena_zero(&t->pg->arena, len + MK_PADDING); /* token_tag() reads beyond the end of a name */
	memcpy(name, context, len);
	n->tag = token_tag(&t->tz, name, (uint32_t)len);
	return n;
}

/* "HTML fragment parsing algorithm". */
void tree_build_fragment(mk_page *pg, const char *context)
{
	struct tree *t = new_tree(pg);
	t->context = new_context(t, context);
	t->tok = &(struct token){.type = TOKEN_EOF};
	if (t->context->ns == NS_HTML) {
		switch (t->context->tag) {
		case TAG_TITLE: case TAG_TEXTAREA: t->tz.state = STATE_RCDATA; break;
		case TAG_STYLE: case TAG_XMP: case TAG_IFRAME: case TAG_NOEMBED: case TAG_NOFRAMES: t->tz.state = STATE_RAWTEXT; break;
		case TAG_SCRIPT: t->tz.state = STATE_SCRIPT_DATA; break;
		case TAG_PLAINTEXT: t->tz.state = STATE_PLAINTEXT; break;
		default: break;
		}
	} else {
		t->n_foreign = 1; /* the context element, which is not on the stack */
	}
	insert_implied(t, TAG_HTML);
	if (is_html(t->context, TAG_TEMPLATE))
		t->template_modes[t->n_template_modes++] = MODE_IN_TEMPLATE;
	if (is_html(t->context, TAG_FORM))
		t->form = t->context;
	reset_insertion_mode(t);
	build(t);
}
