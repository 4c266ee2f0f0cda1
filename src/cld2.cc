// SPDX-License-Identifier: Apache-2.0
//
// cld2.cc - a C function for language.c that calls CLD2, whose interface is C++ only.  Compiled only if the library is installed.
#include "language.h"

#include <cstdio> // the header below needs it and does not include it
#include <cld2/public/compact_lang_det.h>

const char *language_cld2(const char *text, int len, int *percent, bool *reliable)
{
	CLD2::Language found[3];
	int share[3], bytes;
	const CLD2::Language language = CLD2::ExtDetectLanguageSummary(text, len, true, found, share, &bytes, reliable);
	*percent = language == found[0] ? share[0] : language == found[1] ? share[1] : share[2];
	return language == CLD2::UNKNOWN_LANGUAGE || language == CLD2::TG_UNKNOWN_LANGUAGE ? nullptr : CLD2::LanguageCode(language);
}
