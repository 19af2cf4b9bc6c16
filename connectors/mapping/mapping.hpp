#pragma once
// A partner's HTTP API described as data: the one document behind `generic_http` and every adapter.
#include "platform/schema/schema.hpp"

namespace lastmile::connectors {

enum class BodyForm { json, form };
LASTMILE_ENUM(BodyForm, json, form)

/// One request of an operation. Its answer is `steps.<name>` for the following ones, and `answer` for the operation's own templates when it is
/// the last.
struct Step {
    Text<1, 40> name = std::string("call");
    Text<3, 6> method = std::string("GET");
    Text<1, 2000> url;                          // template; what begins with / is put behind base_url
    std::map<std::string, std::string> headers;
    std::optional<Json> body;
    BodyForm form = BodyForm::json;
    bool safe = false;                          // it books nothing: without an answer, surely nothing was done
    std::optional<Text<1, 400>> only_if;        // expression: else the step is left out
    std::vector<std::int64_t> success;          // statuses; empty: all 2xx
};
LASTMILE_VALUE(Step, (name, method, url, headers, body, form, safe, only_if, success))
LASTMILE_DEFAULTS(Step, (name, method, headers, form, safe, success))

struct Operation {
    List<Step, 1, 6> steps;
    std::optional<Text<1, 400>> list;  // expression: a list in the last answer, each element of which is `item`
    std::optional<Json> report;        // template of a Report (or, of the operation quote, a Quote); absent: the document's
    std::optional<Text<1, 400>> found_if;  // look_up: expression; else it is not there
};
LASTMILE_VALUE(Operation, (steps, list, report, found_if))

enum class AuthKind { none, header, query, basic, oauth2, jwt_hs256, hmac };
LASTMILE_ENUM(AuthKind, none, header, query, basic, oauth2, jwt_hs256, hmac)
enum class KeyForm { text, hex, base64 };
LASTMILE_ENUM(KeyForm, text, hex, base64)
enum class HashKind { sha256, sha512 };
LASTMILE_ENUM(HashKind, sha256, sha512)
enum class SignatureForm { hex, base64 };
LASTMILE_ENUM(SignatureForm, hex, base64)

struct Authentication {
    AuthKind kind = AuthKind::none;
    Text<1, 100> name = std::string("Authorization");  // header or query parameter
    std::optional<std::string> value;                  // template; jwt_hs256, oauth2: `{token}` is what was made; hmac: `{signature}`, `{timestamp}`
    std::optional<std::string> user, password;         // basic
    std::optional<std::string> token_url;              // oauth2
    BodyForm token_form = BodyForm::form;
    std::optional<Json> token_body;
    Text<1, 400> token = std::string("answer.access_token");     // expressions on the token's answer
    Text<1, 400> expires_in = std::string("answer.expires_in ?? 3600");
    std::optional<Json> jwt_header, claims;            // jwt_hs256
    std::optional<std::string> key;                    // template of the signing key
    KeyForm key_form = KeyForm::text;
    HashKind hash = HashKind::sha256;
    SignatureForm signature = SignatureForm::hex;
    std::optional<std::string> over;                   // hmac: what is signed; `{timestamp}` (ms), `{method}`, `{path}`, `{body}`
};
LASTMILE_VALUE(Authentication, (kind, name, value, user, password, token_url, token_form, token_body, token, expires_in, jwt_header, claims, key,
                                key_form, hash, signature, over))
LASTMILE_DEFAULTS(Authentication, (kind, name, token_form, token, expires_in, key_form, hash, signature))

/// header: a literal that only we and the partner know (proves no sender who has seen one); hmac; standard_webhooks (also Svix); jwt_hs256.
enum class VerifyKind { none, header, hmac, standard_webhooks, jwt_hs256 };
LASTMILE_ENUM(VerifyKind, none, header, hmac, standard_webhooks, jwt_hs256)

struct Verification {
    VerifyKind kind = VerifyKind::none;
    List<Text<1, 100>, 0, 5> headers;      // where the literal or signature stands: the first that is there
    std::optional<std::string> value;      // header: template of the literal
    std::optional<std::string> in_body;    // hmac: expression of the signature in the body; jwt_hs256: of the token
    std::optional<std::string> key;        // template of the key
    KeyForm key_form = KeyForm::text;
    HashKind hash = HashKind::sha256;
    SignatureForm signature = SignatureForm::hex;
    std::string prefix;                    // before the signature: `sha256=`
    std::string over = "{body}";           // `{body}`, `{timestamp}`, `{method}`, `{path}`, `{raw.<member>}`: a member's bytes as sent
    std::optional<std::string> timestamp;  // expression; Unix seconds or milliseconds, or RFC 3339
    std::int64_t tolerance_s = 300;
    std::string webhook_prefix = "webhook";  // standard_webhooks: `svix`
    std::optional<std::string> must_hold;  // expression that has to hold besides (an account's id)
};
LASTMILE_VALUE(Verification, (kind, headers, value, in_body, key, key_form, hash, signature, prefix, over, timestamp, tolerance_s, webhook_prefix, must_hold))
LASTMILE_DEFAULTS(Verification, (kind, headers, key_form, hash, signature, prefix, over, tolerance_s, webhook_prefix))

struct CallbackMap {
    Verification verify;
    std::optional<Text<1, 400>> list;      // expression: several events in one call
    std::optional<Text<1, 400>> only_if;   // expression: other calls are kept and say nothing
    std::optional<Json> report;            // template; absent: the document's, with the body as `answer`
    std::optional<Text<1, 40>> handshake;  // query parameter that is to be echoed on GET
};
LASTMILE_VALUE(CallbackMap, (verify, list, only_if, report, handshake))
LASTMILE_DEFAULTS(CallbackMap, (verify))

/// The first that fits an answer says what it means.
struct ErrorRule {
    std::vector<std::int64_t> http;   // empty: any
    std::vector<std::string> code;    // empty: any
    std::vector<std::string> on;      // operations; empty: any
    Slug means;                       // a FailureKind
    std::optional<Text<1, 400>> partner_ref;  // with exists: expression of the booking's id
};
LASTMILE_VALUE(ErrorRule, (http, code, on, means, partner_ref))
LASTMILE_DEFAULTS(ErrorRule, (http, code, on))

struct ErrorMap {
    Text<1, 400> code = std::string("answer.code ?? answer.error.code ?? answer.error");
    Text<1, 400> detail = std::string("answer.message ?? answer.error.message ?? answer.detail");
    std::vector<ErrorRule> rules;
};
LASTMILE_VALUE(ErrorMap, (code, detail, rules))
LASTMILE_DEFAULTS(ErrorMap, (code, detail, rules))

struct Mapping {
    Text<1, 2000> base_url;               // template: `{config.base_url ?? 'https://…'}`
    Authentication auth;
    std::map<std::string, std::string> headers;
    std::map<std::string, Operation> operations;  // quote, create, cancel, track, look_up, test
    std::optional<Json> report;
    std::map<std::string, Json> words;    // partner's status, lower case → a Word, or [{when, word}, …]
    ErrorMap errors;
    std::optional<CallbackMap> callback;
    List<Slug, 0, 20> credentials;        // their names; all are needed
    List<Slug, 0, 20> optional_credentials;
    Json constants;                       // `const.…` in templates
    Json settings;                        // of an adapter: config keys → {"about": …, "required": true, "default": …}
    Whole<0, 86'400> absent_after_s = 30;
    Whole<100, 120'000> timeout_ms = 10'000;
    Whole<0, 86'400> quote_lives_s = 300;  // where the partner does not say
};
LASTMILE_VALUE(Mapping, (base_url, auth, headers, operations, report, words, errors, callback, credentials, optional_credentials, constants, settings,
                         absent_after_s, timeout_ms, quote_lives_s))
LASTMILE_DEFAULTS(Mapping, (auth, headers, words, errors, credentials, optional_credentials, constants, settings, absent_after_s, timeout_ms, quote_lives_s))

/// All that is wrong with a document: expressions, names of operations and words, what an operation needs. Pointers below `pointer`.
std::vector<FieldError> faults_of(const Mapping& mapping, const std::string& pointer);

}  // namespace lastmile::connectors
