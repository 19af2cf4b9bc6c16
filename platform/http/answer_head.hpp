#pragma once
// Writes the head of an answer by hand into a reused buffer: the hot path allocates nothing for it.
#include <string>
#include <string_view>

#include "platform/http/encoding.hpp"
#include "platform/http/message.hpp"

namespace lastmile::http {

enum class Framing { length, chunked, until_close, upgrade };

struct AnswerFrame {
    bool http11 = true;
    bool keep_alive = true;
    bool head_only = false;       // HEAD: the length stays, the body goes
    Framing framing = Framing::length;
};

std::string_view status_phrase(int status);

/// Appends status line and fields. Our own framing wins over `content-length`, `transfer-encoding`, `connection` and `date` of the
/// handler (a HEAD answer without body may state its length). False, and nothing appended, when a field holds CR, LF or NUL.
bool write_head(std::string& out, const Response& response, const AnswerFrame& frame, std::string_view date);

/// `Sun, 06 Nov 1994 08:49:37 GMT`
std::string http_date(long long unix_seconds);

/// The coding worth using for this answer: at least 1 KiB, of a compressible type, not coded already, not `no-transform`.
Coding coding_for(const Response& response, Coding accepted);
/// Packs the body and says so in the fields; keeps it as it is when packing does not make it smaller.
void pack_answer(Response& response, Coding coding);

/// The problem document (RFC 9457) of an answer the server gives itself.
Response plain_refusal(int status, std::string_view detail);

}  // namespace lastmile::http
