#pragma once
// NDJSON cut into chunks of whole lines, in constant memory (ndjson-spec 1.0.0: CR LF and LF end a line, empty lines are nothing).
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace lastmile::imports {

inline constexpr std::size_t chunk_bytes = 1024 * 1024;
/// A longer line is cut there, and refused when its turn comes.
inline constexpr std::size_t longest_line = 256 * 1024;

struct Chunk {
    std::int64_t number = 0;
    std::int64_t first_line = 1;
    std::string bytes;  // lines, each ended by LF
};

class Cutter {
public:
    /// `keep` is called with each chunk, in order.
    explicit Cutter(std::function<void(const Chunk&)> keep) : keep_(std::move(keep)) {}
    void take(std::string_view bytes);
    /// The last line may lack its end. Answers how many lines there were.
    std::int64_t finish();
    std::int64_t lines() const { return lines_; }

private:
    void end_line();
    void flush();
    std::function<void(const Chunk&)> keep_;
    Chunk chunk_;
    std::string line_;
    std::int64_t lines_ = 0;
    bool any_ = false;  // of the line under way
};

/// The next line of a chunk's bytes, without its end; false at their end.
bool next_line(std::string_view& bytes, std::string_view& line);

}  // namespace lastmile::imports
