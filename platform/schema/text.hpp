#pragma once
// Text with its constraints in the type. Decoding checks UTF-8, refuses control characters (a tab and line breaks are let through by
// `Prose`), counts code points, and puts phones, e-mails and the like in one normal form.
#include <optional>
#include <string>
#include <string_view>

namespace lastmile {

/// `Min` to `Max` code points on one line.
template <int Min, int Max>
struct Text : std::string {
    using std::string::string;
    Text() = default;
    Text(std::string text) : std::string(std::move(text)) {}
    Text(std::string_view text) : std::string(text) {}
};

/// The same with tabs and line breaks: notes, instructions.
template <int Min, int Max>
struct Prose : std::string {
    using std::string::string;
    Prose() = default;
    Prose(std::string text) : std::string(std::move(text)) {}
    Prose(std::string_view text) : std::string(text) {}
};

/// Text of a known form. `Form` has `name` (JSON Schema format), `description`, `example`, and `normalise`: a sentence when the text is
/// not of the form, else nullopt and the text in its normal form.
template <class Form>
struct Formed : std::string {
    using std::string::string;
    Formed() = default;
    Formed(std::string text) : std::string(std::move(text)) {}
    Formed(std::string_view text) : std::string(text) {}
};

namespace forms {
struct Phone {
    static constexpr std::string_view name = "phone", description = "telephone number in E.164 form", example = "+4939512345678";
    static constexpr int max = 32;
    static std::optional<std::string> normalise(std::string& text);
};
struct Email {
    static constexpr std::string_view name = "email", description = "e-mail address", example = "ada@example.org";
    static constexpr int max = 254;
    static std::optional<std::string> normalise(std::string& text);
};
struct Url {
    static constexpr std::string_view name = "uri", description = "absolute http or https URL", example = "https://example.org/hook";
    static constexpr int max = 2048;
    static std::optional<std::string> normalise(std::string& text);
};
struct Currency {
    static constexpr std::string_view name = "iso-4217", description = "three-letter currency code", example = "EUR";
    static constexpr int max = 3;
    static std::optional<std::string> normalise(std::string& text);
};
struct Country {
    static constexpr std::string_view name = "iso-3166-1-alpha-2", description = "two-letter country code", example = "DE";
    static constexpr int max = 2;
    static std::optional<std::string> normalise(std::string& text);
};
struct Language {
    static constexpr std::string_view name = "bcp-47", description = "language tag (RFC 5646)", example = "de";
    static constexpr int max = 35;
    static std::optional<std::string> normalise(std::string& text);
};
struct Slug {
    static constexpr std::string_view name = "slug", description = "lower-case letters, digits, `_`, `-` and `.`", example = "same_day";
    static constexpr int max = 64;
    static std::optional<std::string> normalise(std::string& text);
};
struct Sha256 {
    static constexpr std::string_view name = "sha256", description = "SHA-256 digest, 64 hexadecimal digits",
                                      example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    static constexpr int max = 64;
    static std::optional<std::string> normalise(std::string& text);
};
}  // namespace forms

using Phone = Formed<forms::Phone>;        // spaces, dots, dashes, brackets and a leading 00 are normalised away
using Email = Formed<forms::Email>;        // the domain is put in lower case
using Url = Formed<forms::Url>;
using Currency = Formed<forms::Currency>;  // upper case
using Country = Formed<forms::Country>;    // upper case
using Language = Formed<forms::Language>;
using Slug = Formed<forms::Slug>;          // codes: skills, service levels
using Sha256 = Formed<forms::Sha256>;

namespace schema {
/// Code points, or nullopt if it is not UTF-8 (RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF).
std::optional<std::size_t> code_points(std::string_view text);
/// C0, DEL and C1 controls; `lines` allows tab, CR and LF.
bool has_controls(std::string_view text, bool lines);
std::optional<std::string> refuse_controls(std::string& text);
std::optional<std::string> refuse_controls_but_lines(std::string& text);
}  // namespace schema
}  // namespace lastmile
