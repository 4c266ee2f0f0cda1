/* SPDX-License-Identifier: Apache-2.0 */
/*
 * align.c - tokens of a page, tokens of its gold text -> which of them stand for each other.
 *
 * The alignment that is worth the most, where a matched token is worth MATCH and every run of matched tokens costs open, however
 * long the gap before it is. Such an alignment is a chain of pairs (i, j) of equal tokens that grows in i and in j, and a pair
 * goes on with the run of (i - 1, j - 1) or opens one behind the best pair further up and to the left, which a Fenwick tree of
 * maxima holds. So only pairs of equal tokens are looked at, about one in a hundred of all; when there are more than MAX_PAIRS
 * of them, the tokens that make most of them are left out.
 *
 * Compiled and called by train/label.py.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MATCH 2
#define MAX_PAIRS (24u << 20)
#define NONE UINT32_MAX

struct pair {
	uint32_t i, j;  /* tokens of the page and of the gold */
	uint32_t before; /* in the chain, NONE for its first */
	int32_t worth;
};

struct alignment {
	struct pair *pairs;
	uint32_t n_pairs;
	uint32_t *first, *places; /* first[id] … first[id + 1]: where a token stands in the gold */
	uint32_t *tree;           /* of gold places: the best pair up to there */
	uint32_t *diagonal;       /* the last pair at a gold place */
	uint32_t n_gold;
};

static int32_t worth(const struct alignment *a, uint32_t pair)
{
	return pair == NONE ? 0 : a->pairs[pair].worth;
}

static uint32_t best_before(const struct alignment *a, uint32_t j)
{
	uint32_t best = NONE;
	for (; j; j &= j - 1)
		if (worth(a, a->tree[j]) > worth(a, best))
			best = a->tree[j];
	return best;
}

static void note(struct alignment *a, uint32_t pair)
{
	for (uint32_t j = a->pairs[pair].j + 1; j <= a->n_gold; j += j & (~j + 1))
		if (a->pairs[pair].worth >= worth(a, a->tree[j]))
			a->tree[j] = pair;
}

/* The gold's places by token; those that are matched already, and frequent tokens, are left out. */
static void index_gold(struct alignment *a, const int32_t *page, uint32_t n, const int32_t *gold, uint32_t n_ids,
                       const int32_t *taken)
{
	uint32_t *in_page = calloc(n_ids + 1, sizeof *in_page), *in_gold = calloc(n_ids + 1, sizeof *in_gold);
	for (uint32_t i = 0; i < n; i++)
		in_page[page[i]]++;
	for (uint32_t j = 0; j < a->n_gold; j++)
		in_gold[gold[j]] += !taken[j];
	for (uint32_t most = UINT32_MAX;; most /= 2) {
		uint64_t pairs = 0;
		for (uint32_t id = 0; id < n_ids; id++) {
			uint64_t product = (uint64_t)in_page[id] * in_gold[id];
			pairs += product <= most ? product : 0;
		}
		if (pairs <= MAX_PAIRS) {
			a->pairs = malloc((size_t)(pairs + 1) * sizeof *a->pairs);
			for (uint32_t id = 0; id < n_ids; id++)
				if ((uint64_t)in_page[id] * in_gold[id] > most)
					in_gold[id] = 0;
			break;
		}
	}
	a->first = calloc((size_t)n_ids + 2, sizeof *a->first);
	a->places = malloc(((size_t)a->n_gold + 1) * sizeof *a->places);
	for (uint32_t id = 0; id < n_ids; id++)
		a->first[id + 1] = a->first[id] + in_gold[id];
	memset(in_page, 0, (n_ids + 1) * sizeof *in_page);
	for (uint32_t j = 0; j < a->n_gold; j++) {
		uint32_t id = (uint32_t)gold[j];
		if (!taken[j] && in_gold[id])
			a->places[a->first[id] + in_page[id]++] = j;
	}
	free(in_page);
	free(in_gold);
}

/* All pairs of token i of the page, from right to left: so none sees another one of the same i. */
static void pair_up(struct alignment *a, uint32_t i, uint32_t id, int32_t open)
{
	for (uint32_t k = a->first[id + 1]; k-- > a->first[id];) {
		uint32_t j = a->places[k], before = best_before(a, j);
		int32_t value = worth(a, before) - open;
		uint32_t same_run = j ? a->diagonal[j - 1] : NONE;
		if (same_run != NONE && i && a->pairs[same_run].i == i - 1 && worth(a, same_run) >= value) {
			before = same_run;
			value = worth(a, same_run);
		}
		a->pairs[a->n_pairs] = (struct pair){i, j, before, value + MATCH};
		a->diagonal[j] = a->n_pairs;
		note(a, a->n_pairs++);
	}
}

/*
 * Aligns what is left: page_at[i] >= 0 and gold_at[j] >= 0 are matched already, and receive the place of what they match.
 * Tokens are numbers from 0 to n_ids - 1; open is in units of half a match.
 */
void align_round(const int32_t *page, uint32_t n, const int32_t *gold, uint32_t n_gold, uint32_t n_ids, int32_t open,
                 int32_t *page_at, int32_t *gold_at)
{
	struct alignment a = {.n_gold = n_gold};
	int32_t *taken = malloc(((size_t)n_gold + 1) * sizeof *taken);
	for (uint32_t j = 0; j < n_gold; j++)
		taken[j] = gold_at[j] >= 0;
	index_gold(&a, page, n, gold, n_ids, taken);
	a.tree = malloc(((size_t)n_gold + 1) * sizeof *a.tree);
	a.diagonal = malloc(((size_t)n_gold + 1) * sizeof *a.diagonal);
	memset(a.tree, 0xff, ((size_t)n_gold + 1) * sizeof *a.tree);
	memset(a.diagonal, 0xff, ((size_t)n_gold + 1) * sizeof *a.diagonal);
	for (uint32_t i = 0; i < n; i++)
		if (page_at[i] < 0)
			pair_up(&a, i, (uint32_t)page[i], open);
	for (uint32_t k = best_before(&a, n_gold); k != NONE; k = a.pairs[k].before) {
		page_at[a.pairs[k].i] = (int32_t)a.pairs[k].j;
		gold_at[a.pairs[k].j] = (int32_t)a.pairs[k].i;
	}
	free(a.pairs);
	free(a.first);
	free(a.places);
	free(a.tree);
	free(a.diagonal);
	free(taken);
}
