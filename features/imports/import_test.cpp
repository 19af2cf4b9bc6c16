#include <gtest/gtest.h>

#include "features/imports/import_api.hpp"
#include "features/imports/lines.hpp"
#include "features/imports/sources.hpp"
#include "platform/api/pipeline.hpp"

namespace lastmile::imports {
namespace {

/// The lines of all chunks, with their numbers; cut from pieces of `step` bytes.
std::vector<std::pair<std::int64_t, std::string>> cut(const std::string& text, std::size_t step, std::vector<Chunk>* chunks = nullptr) {
    std::vector<std::pair<std::int64_t, std::string>> lines;
    Cutter cutter([&](const Chunk& chunk) {
        if (chunks) chunks->push_back(chunk);
        std::string_view rest = chunk.bytes, line;
        for (auto number = chunk.first_line; next_line(rest, line); ++number) lines.emplace_back(number, std::string(line));
    });
    for (std::size_t at = 0; at < text.size(); at += step) cutter.take(std::string_view(text).substr(at, step));
    const auto count = cutter.finish();
    EXPECT_EQ(count, static_cast<std::int64_t>(lines.size()));
    return lines;
}

TEST(Lines, AreTheSameInAnyPieces) {
    const std::string text = "\xef\xbb\xbf{\"a\":1}\r\n\n{\"b\":2}\n  \n{\"c\":3}";
    const std::vector<std::pair<std::int64_t, std::string>> wanted{{1, "{\"a\":1}"}, {2, ""}, {3, "{\"b\":2}"}, {4, "  "}, {5, "{\"c\":3}"}};
    for (std::size_t step = 1; step <= text.size(); ++step) EXPECT_EQ(cut(text, step), wanted) << step;
    EXPECT_EQ(cut(text + "\n", 7), wanted) << "the last line's end is not another line";
    EXPECT_TRUE(cut("", 1).empty());
}

TEST(Lines, ChunksAreWholeLinesAndBounded) {
    std::string text;
    for (int i = 0; i < 40'000; ++i) text += std::string(static_cast<std::size_t>(i % 200), 'x') + "\n";
    std::vector<Chunk> chunks;
    const auto lines = cut(text, 4096, &chunks);
    EXPECT_EQ(lines.size(), 40'000U);
    ASSERT_GT(chunks.size(), 3U);
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        EXPECT_EQ(chunks[i].number, static_cast<std::int64_t>(i));
        EXPECT_LE(chunks[i].bytes.size(), chunk_bytes + 200);
    }
    EXPECT_EQ(lines.back().first, 40'000);
}

TEST(Lines, OneTooLongIsCutAndHoldsNobodyUp) {
    const auto lines = cut(std::string(longest_line + 5000, 'y') + "\nnext\n", 1000);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].second.size(), longest_line + 1) << "shows that it was longer";
    EXPECT_EQ(lines[1], std::pair(std::int64_t{2}, std::string("next")));
}

std::string fault_of(const ImportSources& sources, const std::string& url) {
    const auto checked = check_source(sources, url, "acme");
    return checked ? "" : checked.error().errors.at(0).code;
}

TEST(Sources, AreHttpsOrABucketOfTheTenant) {
    ImportSources sources;
    EXPECT_EQ(fault_of(sources, "https://example.org/a"), "");
    for (const auto* url : {"http://example.org/a", "ftp://example.org/a", "file:///etc/passwd", "s3:/bucket/a", "s3://b/a", "s3://bucket", "s3://bucket/", "s3:///a",
                            "s3://Bucket_1/a"})
        EXPECT_EQ(fault_of(sources, url), "invalid_format") << url;
    EXPECT_EQ(fault_of(sources, "s3://bucket/a"), "not_set_up");
    sources.s3.endpoint = "https://s3.example.org";
    EXPECT_EQ(fault_of(sources, "s3://bucket/a"), "not_allowed") << "the server's credentials are not everybody's";
    sources.s3.buckets = {"shared", "acme=mine", "other=theirs"};
    EXPECT_EQ(fault_of(sources, "s3://shared/a"), "");
    EXPECT_EQ(fault_of(sources, "s3://mine/a"), "");
    EXPECT_EQ(fault_of(sources, "s3://theirs/a"), "not_allowed");
}

TEST(Imports, AreDocumented) {
    EXPECT_EQ(api::faults(import_endpoints()), std::vector<std::string>{});
    EXPECT_EQ(api::undocumented(import_endpoints()), std::vector<std::string>{});
}

}  // namespace
}  // namespace lastmile::imports
