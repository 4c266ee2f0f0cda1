/* SPDX-License-Identifier: Apache-2.0 */
/*
 * align.c - tokens of a page and tokens of its gold text -> which page token matches which gold token.
 *
 * Finds the alignment with the highest value: each matched token adds MATCH, and each run of consecutive matches costs open,
 * however long the gap before the run is.  An alignment is a chain of pairs (i, j) of equal tokens in which both i and j increase.
 * A pair either continues the run of the pair (i - 1, j - 1), or opens a new run after the best earlier pair with smaller i and j;
 * a Fenwick tree of maxima over the gold positions finds that pair.
 *
 * Only pairs of equal tokens are visited, about one in a hundred of all pairs.  If there are more than MAX_PAIRS of them, the
 * tokens with the most pairs are left out, which bounds memory and time.
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
	uint32_t i, j;   /* token of the page, token of the gold text */
	uint32_t before; /* the previous pair of the chain, NONE for the first */
	int32_t worth;
};

struct alignment {
	struct pair *pairs;
	uint32_t n_pairs;
	uint32_t *first, *places; /* places[first[id]] … places[first[id + 1] - 1]: positions of a token in the gold text */
	uint32_t *tree;           /* Fenwick tree over gold positions: the best pair up to each of them */
	uint32_t *diagonal;       /* for each gold position, the latest pair there */
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

/* Lists the gold positions of each token.  Positions that are already matched are left out, and so are frequent tokens, until at
 * most MAX_PAIRS pairs remain. */
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

/* Adds all pairs of page token i, from right to left, so that best_before() never returns another pair of the same token. */
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
 * Aligns the tokens that are still unmatched.  page_at[i] and gold_at[j] hold the position of the matching token on the other
 * side, or a negative number if there is no match yet; new matches are written there.  Tokens are numbers from 0 to n_ids - 1.
 * open is in units of half a matched token.
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
