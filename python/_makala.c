/* SPDX-License-Identifier: Apache-2.0 */
/*
 * _makala.c - the C half of the Python package: pages in a pool, and results that Python reads.
 *
 * An Extractor holds options and unused pages.  extract() takes a page from the pool or makes one, releases the GIL while the
 * page is read, and returns a Result.
 *
 * A Result has the record.  Documents are written on request, from one of two sources.  Most results are freed before many others
 * are made, so a Result owns its page at first, which costs nothing, and gives it back to the pool when it is freed.  If many results
 * of the same Extractor own pages already, the article is packed instead, which takes a fifth of the time of an extraction and less
 * than twice the memory of the text; a page of the pool is unpacked from it when a document is asked for.
 *
 * Two objects change after their creation: the pool of an Extractor, and the page of a Result.  With the GIL both are protected by
 * it.  Builds without a GIL lock the object (LOCK, UNLOCK).
 *
 * The module uses the stable ABI of Python 3.11.  It has no global state, so each interpreter of a process can load it.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "../makala_debug.h"

#ifdef Py_GIL_DISABLED
#define LOCK(object) Py_BEGIN_CRITICAL_SECTION(object)
#define UNLOCK() Py_END_CRITICAL_SECTION()
#else
#define LOCK(object) {
#define UNLOCK() }
#endif

#define POOL_MOST 64               /* unused pages that an Extractor keeps; an idle page holds up to 16 MiB */
#define OWNED_MOST ((size_t)8 << 20) /* bytes of a page that a result may own; an article on a larger one is packed */

struct state {
	PyTypeObject *result;
};

typedef struct {
	PyObject_HEAD
	mk_options options;
	char *charset; /* options.charset */
	int blocks;      /* pack dropped blocks too */
	unsigned owned_most; /* results that may own a page at the same time */
	unsigned n_owned;    /* results that own one now */
	int n_pool;
	mk_page *pool[POOL_MOST];
} Extractor;

typedef struct {
	PyObject_HEAD
	Extractor *extractor;
	mk_page *page;   /* NULL if the article is packed */
	PyObject *record;
	PyObject *text;   /* None if the article is packed */
	PyObject *packed; /* None if it is not */
} Result;

/* Fields that are written on request, because they are large.  All others are in the record. */
#define FIELDS_WRITTEN (MK_FIELD_TEXT | MK_FIELD_MARKDOWN | MK_FIELD_HTML | MK_FIELD_COMMENTS | MK_FIELD_BLOCKS | MK_FIELD_LINKS | MK_FIELD_IMAGES)

/* ---- Helpers ---- */

/* Raises the exception for a status.  What the library calls max_arena_bytes is max_memory in Python. */
static PyObject *raise(mk_status status, const char *message)
{
	PyObject *text = PyUnicode_FromString(message && *message ? message : mk_status_string(status));
	PyObject *ours = PyUnicode_FromString("max_memory"), *theirs = PyUnicode_FromString("max_arena_bytes");
	PyObject *said = text && ours && theirs ? PyUnicode_Replace(text, theirs, ours, -1) : NULL;
	if (said)
		PyErr_SetObject(status == MK_NO_MEMORY ? PyExc_MemoryError : PyExc_ValueError, said);
	Py_XDECREF(text);
	Py_XDECREF(ours);
	Py_XDECREF(theirs);
	Py_XDECREF(said);
	return NULL;
}

/* Text of a page as a str; None if it is missing. */
static PyObject *string_or_none(mk_str s)
{
	return s.p ? PyUnicode_DecodeUTF8(s.p, (Py_ssize_t)s.len, "replace") : Py_NewRef(Py_None);
}

/* The UTF-8 of a str without NULs, which belongs to the str; NULL for None.  Returns false after an error. */
static bool c_string(PyObject *object, const char *name, const char **out)
{
	Py_ssize_t len;
	*out = NULL;
	if (object == Py_None)
		return true;
	if (!PyUnicode_Check(object)) {
		PyErr_Format(PyExc_TypeError, "%s: must be a str or None", name);
		return false;
	}
	*out = PyUnicode_AsUTF8AndSize(object, &len);
	if (*out && strlen(*out) != (size_t)len)
		PyErr_Format(PyExc_ValueError, "%s: has a NUL character", name);
	return !PyErr_Occurred();
}

/*
 * A str as UTF-8 bytes.  Half a surrogate pair has no UTF-8: by way of UTF-16, two halves side by side become their character, and a
 * half alone becomes U+FFFD.
 */
static PyObject *utf8_of(PyObject *str)
{
	PyObject *bytes = PyUnicode_AsUTF8String(str);
	if (bytes || !PyErr_ExceptionMatches(PyExc_UnicodeEncodeError))
		return bytes;
	PyErr_Clear();
	PyObject *pairs = PyUnicode_AsEncodedString(str, "utf-16-le", "surrogatepass");
	if (!pairs)
		return NULL;
	int little_endian = -1;
	PyObject *clean = PyUnicode_DecodeUTF16(PyBytes_AsString(pairs), PyBytes_Size(pairs), "replace", &little_endian);
	Py_DECREF(pairs);
	bytes = clean ? PyUnicode_AsUTF8String(clean) : NULL;
	Py_XDECREF(clean);
	return bytes;
}

/* ---- Extractor ---- */

static mk_page *take_page(Extractor *self)
{
	mk_page *page = NULL;
	LOCK(self);
	if (self->n_pool)
		page = self->pool[--self->n_pool];
	UNLOCK();
	return page ? page : mk_page_new(NULL);
}

static void give_page(Extractor *self, mk_page *page)
{
	LOCK(self);
	if (page && self->n_pool < POOL_MOST) {
		self->pool[self->n_pool++] = page;
		page = NULL;
	}
	UNLOCK();
	mk_page_free(page);
}

/* Reads an empty input, which checks the options. */
static bool check_options(Extractor *self)
{
	mk_page *page = take_page(self);
	if (!page) {
		PyErr_NoMemory();
		return false;
	}
	const mk_status status = mk_extract(page, NULL, 0, &self->options);
	if (status)
		raise(status, mk_error(page));
	give_page(self, page);
	return !status;
}

static PyObject *extractor_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
	static char *names[] = {"view", "input_type", "comments", "tables", "title_heading", "charset", "max_depth", "max_attributes",
	        "max_work", "max_input_bytes", "max_memory", "blocks", "owned_most", NULL};
	int view = 0, input_type = 0, comments = 1, tables = 1, title_heading = 1;
	int blocks = 0;
	unsigned depth = 0, attributes = 0, owned_most = 8;
	unsigned long long work = 0;
	Py_ssize_t input_bytes = 0, memory = 0;
	const char *charset = NULL;
	if (!PyArg_ParseTupleAndKeywords(args, keywords, "|$iipppzIIKnnpI", names, &view, &input_type, &comments, &tables, &title_heading,
	            &charset, &depth, &attributes, &work, &input_bytes, &memory, &blocks, &owned_most))
		return NULL;
	Extractor *self = (Extractor *)PyType_GenericAlloc(type, 0);
	if (!self)
		return NULL;
	self->blocks = blocks;
	self->owned_most = owned_most;
	mk_options_init(&self->options);
	self->options.view = (mk_view)view;
	self->options.input_type = (mk_input_type)input_type;
	self->options.no_comments = !comments;
	self->options.no_tables = !tables;
	self->options.no_title_heading = !title_heading;
	self->options.max_depth = depth;
	self->options.max_attributes = attributes;
	self->options.max_work = work;
	self->options.max_input_bytes = (size_t)input_bytes;
	self->options.max_arena_bytes = (size_t)memory;
	if (charset) {
		self->charset = PyMem_Malloc(strlen(charset) + 1);
		if (!self->charset) {
			Py_DECREF(self);
			return PyErr_NoMemory();
		}
		self->options.charset = strcpy(self->charset, charset);
	}
	if (!check_options(self)) {
		Py_DECREF(self);
		return NULL;
	}
	return (PyObject *)self;
}

static void extractor_free(PyObject *object)
{
	Extractor *self = (Extractor *)object;
	PyTypeObject *type = Py_TYPE(object);
	while (self->n_pool)
		mk_page_free(self->pool[--self->n_pool]);
	PyMem_Free(self->charset);
	PyObject_Free(object);
	Py_DECREF(type);
}

/* What an extraction leaves for Python, in memory of the page. */
struct output {
	mk_str record, text, packed;
};

/* Everything that is done while the GIL is released: reads the page, makes the record, and the text, which nearly every caller wants.
 * *owned says whether the result may own the page; if not, the article is packed. */
static mk_status extract_page(mk_page *page, const void *bytes, size_t len, const mk_options *options, bool blocks, bool *owned, struct output *out)
{
	mk_status status = mk_extract(page, bytes, len, options);
	if (!status)
		status = mk_json(page, MK_FIELDS_ALL & ~FIELDS_WRITTEN, 0, &out->record);
	*owned = *owned && mk_page_memory(page, NULL) <= OWNED_MOST;
	return status ? status : *owned ? mk_text(page, &out->text) : mk_pack(page, blocks, &out->packed);
}

/* Counts a result that will own a page; false if there are enough of them. */
static bool own_begin(Extractor *self)
{
	bool owned;
	LOCK(self);
	owned = self->n_owned < self->owned_most;
	self->n_owned += owned;
	UNLOCK();
	return owned;
}

static void own_end(Extractor *self)
{
	LOCK(self);
	self->n_owned--;
	UNLOCK();
}

/* A result for three objects, whose references it takes; NULL if one of them is NULL, after an error. */
static Result *new_result(Extractor *self, PyTypeObject *type, PyObject *record, PyObject *text, PyObject *packed)
{
	Result *result = text && record && packed ? (Result *)PyType_GenericAlloc(type, 0) : NULL;
	if (!result) {
		Py_XDECREF(text);
		Py_XDECREF(record);
		Py_XDECREF(packed);
		return NULL;
	}
	result->extractor = (Extractor *)Py_NewRef((PyObject *)self);
	result->text = text;
	result->record = record;
	result->packed = packed;
	return result;
}

static PyObject *bytes_of(mk_str s)
{
	return PyBytes_FromStringAndSize(s.p, (Py_ssize_t)s.len);
}

static PyObject *extract_bytes(Extractor *self, struct state *state, const void *bytes, size_t len, const mk_options *options)
{
	mk_page *page = take_page(self);
	struct output out = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
	Result *result = NULL;
	mk_status status;
	if (!page)
		return PyErr_NoMemory();
	const bool counted = own_begin(self);
	bool owned = counted;
	Py_BEGIN_ALLOW_THREADS
	status = extract_page(page, bytes, len, options, self->blocks, &owned, &out);
	Py_END_ALLOW_THREADS
	if (status)
		raise(status, mk_error(page));
	else
		result = new_result(self, state->result, bytes_of(out.record), string_or_none(out.text), owned ? Py_NewRef(Py_None) : bytes_of(out.packed));
	if (result && owned) {
		result->page = page;
		return (PyObject *)result;
	}
	if (counted)
		own_end(self);
	give_page(self, page);
	return (PyObject *)result;
}

PyDoc_STRVAR(extractor_extract_doc, "extract(html, url, input, http_charset)\n--\n\nReads a page: a str, or an object with bytes.");

static PyObject *extractor_extract(PyObject *object, PyTypeObject *type, PyObject *const *args, size_t n_args, PyObject *names)
{
	Extractor *self = (Extractor *)object;
	struct state *state = PyType_GetModuleState(type);
	mk_options options = self->options;
	PyObject *result = NULL;
	if (n_args != 4 || names) {
		PyErr_SetString(PyExc_TypeError, "extract() takes four positional arguments");
		return NULL;
	}
	if (!c_string(args[1], "url", &options.url) || !c_string(args[2], "input", &options.input) ||
	    !c_string(args[3], "http_charset", &options.http_charset))
		return NULL;
	if (PyUnicode_Check(args[0])) {
		PyObject *bytes = utf8_of(args[0]);
		options.charset = "utf-8";
		if (bytes)
			result = extract_bytes(self, state, PyBytes_AsString(bytes), (size_t)PyBytes_Size(bytes), &options);
		Py_XDECREF(bytes);
		return result;
	}
	Py_buffer buffer;
	if (PyObject_GetBuffer(args[0], &buffer, PyBUF_SIMPLE))
		return NULL;
	result = extract_bytes(self, state, buffer.buf, (size_t)buffer.len, &options);
	PyBuffer_Release(&buffer);
	return result;
}

PyDoc_STRVAR(extractor_restore_doc, "restore(record, packed)\n--\n\nThe result that had these attributes.");

static PyObject *extractor_restore(PyObject *self, PyTypeObject *type, PyObject *const *args, size_t n_args, PyObject *names)
{
	struct state *state = PyType_GetModuleState(type);
	if (n_args != 2 || names || !PyBytes_Check(args[0]) || !PyBytes_Check(args[1])) {
		PyErr_SetString(PyExc_TypeError, "restore() takes two bytes");
		return NULL;
	}
	return (PyObject *)new_result((Extractor *)self, state->result, Py_NewRef(args[0]), Py_NewRef(Py_None), Py_NewRef(args[1]));
}

static PyMethodDef extractor_methods[] = {
        {"extract", (PyCFunction)(void (*)(void))extractor_extract, METH_METHOD | METH_FASTCALL | METH_KEYWORDS, extractor_extract_doc},
        {"restore", (PyCFunction)(void (*)(void))extractor_restore, METH_METHOD | METH_FASTCALL | METH_KEYWORDS, extractor_restore_doc},
        {NULL, NULL, 0, NULL},
};

static PyType_Slot extractor_slots[] = {
        {Py_tp_new, extractor_new},
        {Py_tp_dealloc, extractor_free},
        {Py_tp_methods, extractor_methods},
        {Py_tp_doc, "Options and a pool of pages.  Used by makala.Extractor."},
        {0, NULL},
};

static PyType_Spec extractor_spec = {"makala._makala.Extractor", sizeof(Extractor), 0, Py_TPFLAGS_DEFAULT, extractor_slots};

/* ---- Result ---- */

static void result_free(PyObject *object)
{
	Result *self = (Result *)object;
	PyTypeObject *type = Py_TYPE(object);
	if (self->page) {
		own_end(self->extractor);
		give_page(self->extractor, self->page);
	}
	Py_XDECREF((PyObject *)self->extractor);
	Py_XDECREF(self->text);
	Py_XDECREF(self->record);
	Py_XDECREF(self->packed);
	PyObject_Free(object);
	Py_DECREF(type);
}

/* A page that holds the article: the result's own, or one of the pool.  NULL after an error. */
static mk_page *page_of(Result *self)
{
	if (self->page)
		return self->page;
	mk_page *page = take_page(self->extractor);
	if (!page) {
		PyErr_NoMemory();
		return NULL;
	}
	const mk_status status = mk_unpack(page, PyBytes_AsString(self->packed), (size_t)PyBytes_Size(self->packed));
	if (!status)
		return page;
	raise(status, mk_error(page));
	give_page(self->extractor, page);
	return NULL;
}

/* One of the writers of a page, all with the same arguments. */
typedef mk_status writer(mk_page *page, uint64_t field, unsigned flags, mk_str *out);

static PyObject *written(Result *self, writer *write, uint64_t field, unsigned flags)
{
	mk_str out;
	PyObject *result = NULL;
	LOCK(self);
	mk_page *page = page_of(self);
	if (page) {
		const mk_status status = write(page, field, flags, &out);
		result = status ? raise(status, mk_error(page)) : string_or_none(out);
		if (page != self->page)
			give_page(self->extractor, page);
	}
	UNLOCK();
	return result;
}

static mk_status write_document(mk_page *page, uint64_t field, unsigned flags, mk_str *out)
{
	return field == MK_FIELD_HTML ? mk_html(page, flags, out) : mk_markdown(page, flags, out);
}

static mk_status write_comments(mk_page *page, uint64_t field, unsigned flags, mk_str *out)
{
	(void)field;
	(void)flags;
	const mk_status status = mk_comments(page, out);
	if (!status && !out->len)
		out->p = NULL; /* as in records: missing when empty */
	return status;
}

static PyObject *written_with_flags(PyObject *self, PyObject *argument, uint64_t field)
{
	const unsigned long flags = PyLong_AsUnsignedLong(argument);
	return PyErr_Occurred() ? NULL : written((Result *)self, write_document, field, (unsigned)flags);
}

static PyObject *result_markdown(PyObject *self, PyObject *flags)
{
	return written_with_flags(self, flags, MK_FIELD_MARKDOWN);
}

static PyObject *result_html(PyObject *self, PyObject *flags)
{
	return written_with_flags(self, flags, MK_FIELD_HTML);
}

static PyObject *result_comments(PyObject *self, PyObject *nothing)
{
	(void)nothing;
	return written((Result *)self, write_comments, 0, 0);
}

/* One of the fields that are not in the record, as JSON. */
static PyObject *result_value(PyObject *self, PyObject *argument)
{
	const char *name;
	if (!c_string(argument, "name", &name))
		return NULL;
	return written((Result *)self, mk_value, mk_field_by_name(name), 0);
}

/* Packs the article if that has not been done; the page goes back to the pool. */
static PyObject *result_packed(PyObject *object, void *nothing)
{
	Result *self = (Result *)object;
	PyObject *result = NULL;
	mk_str packed;
	(void)nothing;
	LOCK(self);
	if (self->page) {
		const mk_status status = mk_pack(self->page, self->extractor->blocks, &packed);
		PyObject *bytes = status ? raise(status, mk_error(self->page)) : bytes_of(packed);
		if (bytes) {
			Py_DECREF(self->packed);
			Py_DECREF(self->text);
			self->packed = bytes;
			self->text = Py_NewRef(Py_None);
			own_end(self->extractor);
			give_page(self->extractor, self->page);
			self->page = NULL;
		}
	}
	if (!self->page)
		result = Py_NewRef(self->packed);
	UNLOCK();
	return result;
}

/* ---- Chunks ---- */

/* Counts the tokens of a text with a callable of the caller; SIZE_MAX after an exception. */
static size_t count_tokens(void *user, const char *text, size_t len)
{
	PyObject *string = PyUnicode_DecodeUTF8(text, (Py_ssize_t)len, "replace");
	PyObject *number = string ? PyObject_CallFunctionObjArgs((PyObject *)user, string, NULL) : NULL;
	Py_XDECREF(string);
	if (!number)
		return SIZE_MAX;
	if (!PyLong_Check(number))
		PyErr_Format(PyExc_TypeError, "count: must return an int, not %R", number);
	const Py_ssize_t n = PyErr_Occurred() ? -1 : PyLong_AsSsize_t(number);
	if (n < 0 && !PyErr_Occurred())
		PyErr_Format(PyExc_ValueError, "count: returned %R", number);
	Py_DECREF(number);
	return n < 0 ? SIZE_MAX : (size_t)n;
}

static PyObject *chunk_tuple(const mk_chunk *c)
{
	PyObject *headings = PyTuple_New((Py_ssize_t)c->n_headings);
	for (size_t i = 0; headings && i < c->n_headings; i++) {
		PyObject *heading = string_or_none(c->headings[i]);
		if (!heading || PyTuple_SetItem(headings, (Py_ssize_t)i, heading))
			Py_CLEAR(headings);
	}
	PyObject *text = headings ? string_or_none(c->text) : NULL;
	if (!text) {
		Py_XDECREF(headings);
		return NULL;
	}
	return Py_BuildValue("(NnNIInnnNNN)", text, (Py_ssize_t)c->tokens, headings, (unsigned)c->source_from, (unsigned)c->source_to,
	        (Py_ssize_t)c->from, (Py_ssize_t)c->to, (Py_ssize_t)c->own_from, PyBool_FromLong(c->cut_start), PyBool_FromLong(c->cut_end),
	        PyBool_FromLong(c->over));
}

static PyObject *chunk_list(mk_page *page, const mk_chunk_options *options)
{
	size_t n;
	const mk_status status = mk_chunks(page, options, &n);
	if (PyErr_Occurred()) /* of the caller's counter */
		return NULL;
	if (status)
		return raise(status, mk_error(page));
	PyObject *list = PyList_New((Py_ssize_t)n);
	for (size_t i = 0; list && i < n; i++) {
		PyObject *tuple = chunk_tuple(mk_chunk_at(page, i));
		if (!tuple || PyList_SetItem(list, (Py_ssize_t)i, tuple))
			Py_CLEAR(list);
	}
	return list;
}

/* The counter is Python code that may use this result or run for long, so the chunks are made on a page of their own. */
static PyObject *result_chunks(PyObject *object, PyObject *args)
{
	Result *self = (Result *)object;
	mk_chunk_options options = {.size = sizeof options};
	Py_ssize_t max_tokens, overlap;
	PyObject *count;
	if (!PyArg_ParseTuple(args, "nnIO", &max_tokens, &overlap, &options.flags, &count))
		return NULL;
	options.max_tokens = (size_t)max_tokens;
	options.overlap = (size_t)overlap;
	options.count = count == Py_None ? NULL : count_tokens;
	options.user = count;
	PyObject *packed = result_packed(object, NULL), *list = NULL;
	mk_page *page = packed ? page_of(self) : NULL;
	if (page) {
		list = chunk_list(page, &options);
		give_page(self->extractor, page);
	}
	Py_XDECREF(packed);
	return list;
}

static mk_status write_text(mk_page *page, uint64_t field, unsigned flags, mk_str *out)
{
	(void)field;
	(void)flags;
	return mk_text(page, out);
}

static PyObject *result_text(PyObject *object, void *nothing)
{
	Result *self = (Result *)object;
	PyObject *text;
	(void)nothing;
	LOCK(self);
	text = Py_NewRef(self->text);
	UNLOCK();
	if (text != Py_None)
		return text;
	Py_DECREF(text);
	return written(self, write_text, 0, 0);
}

static PyObject *result_record(PyObject *self, void *nothing)
{
	(void)nothing;
	return Py_NewRef(((Result *)self)->record);
}

static PyMethodDef result_methods[] = {
        {"markdown", result_markdown, METH_O, "markdown(flags)\n--\n\nMarkdown; flags as for mk_markdown()."},
        {"html", result_html, METH_O, "html(flags)\n--\n\nClean HTML; flags as for mk_html()."},
        {"comments", result_comments, METH_NOARGS, "comments()\n--\n\nReaders' comments, or None."},
        {"chunks", result_chunks, METH_VARARGS, "chunks(max_tokens, overlap, flags, count)\n--\n\nThe article in pieces, as tuples."},
        {"value", result_value, METH_O, "value(name)\n--\n\nA field that is not in the record, as JSON."},
        {NULL, NULL, 0, NULL},
};

static PyGetSetDef result_getters[] = {
        {"text", result_text, NULL, "The text of the article.", NULL},
        {"packed", result_packed, NULL, "The article as mk_pack() packs it.", NULL},
        {"record", result_record, NULL, "The record as JSON, without the fields that are written on request.", NULL},
        {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot result_slots[] = {
        {Py_tp_dealloc, result_free},
        {Py_tp_methods, result_methods},
        {Py_tp_getset, result_getters},
        {Py_tp_doc, "What was read from a page.  Used by makala.Article."},
        {0, NULL},
};

static PyType_Spec result_spec = {"makala._makala.Result", sizeof(Result), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, result_slots};

/* ---- Module ---- */

/* The fields of the record as [(name, type)], see mk_field_type. */
static PyObject *module_fields(PyObject *self, PyObject *nothing)
{
	(void)self;
	(void)nothing;
	PyObject *list = PyList_New(0);
	for (unsigned i = 0; list && i < 64 && mk_field_name(UINT64_C(1) << i); i++) {
		const uint64_t field = UINT64_C(1) << i;
		PyObject *pair = Py_BuildValue("(siN)", mk_field_name(field), (int)mk_field_type_of(field), PyBool_FromLong(!!(field & MK_FIELDS_DEFAULT)));
		if (!pair || PyList_Append(list, pair))
			Py_CLEAR(list);
		Py_XDECREF(pair);
	}
	return list;
}

static PyObject *module_version_details(PyObject *self, PyObject *nothing)
{
	(void)self;
	(void)nothing;
	return PyUnicode_FromString(mk_version_details());
}

static PyMethodDef module_methods[] = {
        {"fields", module_fields, METH_NOARGS, "fields()\n--\n\nThe fields of the record: [(name, type, whether in the default record)]."},
        {"version_details", module_version_details, METH_NOARGS, "version_details()\n--\n\nmk_version_details()."},
        {NULL, NULL, 0, NULL},
};

static int module_exec(PyObject *module)
{
	struct state *state = PyModule_GetState(module);
	PyObject *extractor = PyType_FromModuleAndSpec(module, &extractor_spec, NULL);
	state->result = (PyTypeObject *)PyType_FromModuleAndSpec(module, &result_spec, NULL);
	const int failed = !extractor || !state->result || PyModule_AddObjectRef(module, "Extractor", extractor) ||
	                   PyModule_AddObjectRef(module, "Result", (PyObject *)state->result) ||
	                   PyModule_AddIntConstant(module, "SCHEMA_VERSION", MK_SCHEMA_VERSION) || PyModule_AddStringConstant(module, "VERSION", mk_version());
	Py_XDECREF(extractor);
	return failed ? -1 : 0;
}

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
	struct state *state = PyModule_GetState(module);
	Py_VISIT(state->result);
	return 0;
}

static int module_clear(PyObject *module)
{
	struct state *state = PyModule_GetState(module);
	Py_CLEAR(state->result);
	return 0;
}

static void module_free(void *module)
{
	module_clear(module);
}

/*
 * The numbers of two slots that the stable ABI of 3.11 does not name yet.  Older versions of Python refuse slots that they do not
 * know, so each is used from the version on that has it.
 */
#define SLOT_INTERPRETERS 3 /* Py_mod_multiple_interpreters, from 3.12 on; the value 2: an interpreter may have its own GIL */
#define SLOT_GIL 4          /* Py_mod_gil, from 3.13 on; the value 1: not used */

static PyModuleDef_Slot slots_3_11[] = {{Py_mod_exec, module_exec}, {0, NULL}};
static PyModuleDef_Slot slots_3_12[] = {{Py_mod_exec, module_exec}, {SLOT_INTERPRETERS, (void *)2}, {0, NULL}};
static PyModuleDef_Slot slots_3_13[] = {{Py_mod_exec, module_exec}, {SLOT_INTERPRETERS, (void *)2}, {SLOT_GIL, (void *)1}, {0, NULL}};

#define DEFINITION(slots)                                                                                                             \
	{PyModuleDef_HEAD_INIT, "makala._makala", "The C half of makala.", sizeof(struct state), module_methods, slots, module_traverse, \
	        module_clear, module_free}
static PyModuleDef definition_3_11 = DEFINITION(slots_3_11);
static PyModuleDef definition_3_12 = DEFINITION(slots_3_12);
static PyModuleDef definition_3_13 = DEFINITION(slots_3_13);

PyMODINIT_FUNC PyInit__makala(void)
{
	return PyModuleDef_Init(Py_Version >= 0x030d0000 ? &definition_3_13 : Py_Version >= 0x030c0000 ? &definition_3_12 : &definition_3_11);
}
