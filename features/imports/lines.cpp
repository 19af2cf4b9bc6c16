#include "features/imports/lines.hpp"

namespace lastmile::imports {

void Cutter::take(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        const auto part = bytes.substr(0, end);
        any_ = true;
        // One byte too many shows that it was too long; the rest of it is not kept.
        if (line_.size() <= longest_line) line_ += part.substr(0, longest_line + 1 - line_.size());
        if (end == bytes.npos) return;
        end_line();
        bytes.remove_prefix(end + 1);
    }
}

void Cutter::end_line() {
    ++lines_;
    if (lines_ == 1 && line_.starts_with("\xef\xbb\xbf")) line_.erase(0, 3);  // a byte order mark
    if (line_.ends_with('\r')) line_.pop_back();
    chunk_.bytes += line_;
    chunk_.bytes += '\n';
    line_.clear();
    any_ = false;
    if (chunk_.bytes.size() >= chunk_bytes) flush();
}

void Cutter::flush() {
    if (chunk_.bytes.empty()) return;
    keep_(chunk_);
    chunk_ = {chunk_.number + 1, lines_ + 1, {}};
}

std::int64_t Cutter::finish() {
    if (any_) end_line();
    flush();
    return lines_;
}

bool next_line(std::string_view& bytes, std::string_view& line) {
    if (bytes.empty()) return false;
    const auto end = bytes.find('\n');
    line = bytes.substr(0, end);
    bytes.remove_prefix(end == bytes.npos ? bytes.size() : end + 1);
    return true;
}

}  // namespace lastmile::imports
