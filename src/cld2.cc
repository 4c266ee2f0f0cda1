// SPDX-License-Identifier: Apache-2.0
//
// cld2.cc - C functions for the library that call CLD2, whose interface is C++ only.  Compiled only if CLD2 is installed.
#include "language.h"

#include <cstdio> // the header below needs it and does not include it
#include <cld2/public/compact_lang_det.h>

// Weak, so that a static program links without CLD2, of which Debian has only a shared library.
namespace CLD2 {
[[gnu::weak]] const char *LanguageCode(Language);
[[gnu::weak]] Language ExtDetectLanguageSummary(const char *, int, bool, Language *, int *, int *, bool *);
}

bool language_cld2_is_linked(void)
{
	return CLD2::LanguageCode != nullptr;
}

const char *language_cld2(const char *text, int len, int *percent, bool *reliable)
{
	if (!language_cld2_is_linked())
		return nullptr;
	CLD2::Language found[3];
	int share[3], bytes;
	const CLD2::Language language = CLD2::ExtDetectLanguageSummary(text, len, true, found, share, &bytes, reliable);
	*percent = language == found[0] ? share[0] : language == found[1] ? share[1] : share[2];
	return language == CLD2::UNKNOWN_LANGUAGE || language == CLD2::TG_UNKNOWN_LANGUAGE ? nullptr : CLD2::LanguageCode(language);
}
