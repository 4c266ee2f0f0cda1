/* SPDX-License-Identifier: Apache-2.0 */
/* model_scalar.c - test/model.c for the scalar path, which needs no vector instructions. */
#define MK_SCALAR
#include "model.c"
